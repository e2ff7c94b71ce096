import type { CommandDefinition } from '../definition.ts';
import { REPORTING_OPTIONS, TOP_OPTION } from '../line/options.ts';

export const orphansCommand: CommandDefinition = {
  name: 'orphans',
  group: 'Incidents',
  summary: 'files on disk that no process holds any more',
  description:
    'Looks at every file below a folder and at who holds it, by device and inode over the descriptors, programs and mappings of all processes: in use, unheld (its maker may still be at work on it), or orphaned (held by nobody, older than --older-than, and with --service no living process of that service can be at work on it). Says what that takes of the disk and when the disk is full. No file is called orphaned where holders cannot be known: on network file systems and overlays, without root, inside a container, or with a process that cannot be read; then it says why and exits 3.',
  arguments: [{ name: 'DIR', doc: 'folder to look below', required: true, repeatable: true, complete: 'folder' }],
  options: [
    {
      name: 'older-than',
      value: 'TIME',
      kind: 'duration',
      group: 'Answer',
      doc: 'age from which a file can be orphaned (default 15m)',
      detail:
        'Age is the time since the file was last written, made, renamed or given other rights, whichever is latest: a copy keeps the time of its original.',
    },
    {
      name: 'service',
      value: 'PROCESS',
      group: 'Answer',
      doc: 'whose files they are: a pid or a COMMAND, with all its descendants',
      detail:
        'A file is orphaned only if each living process of the service started after it, or does no work itself (the first process of nginx, Apache, gunicorn), or is a gunicorn worker that serves one request at a time and gave a sign of life since. Processes outside of the service that cannot be read are then taken to need none of the files. Workers that are silent for long are reported.',
      complete: 'process',
    },
    {
      name: 'only',
      value: 'STATE',
      choices: ['in-use', 'unheld', 'orphaned'],
      group: 'Answer',
      doc: 'list only files that are in-use, unheld or orphaned',
    },
    TOP_OPTION,
    {
      name: 'every',
      value: 'TIME',
      kind: 'duration',
      group: 'Answer',
      doc: 'look again after so long, until interrupted',
      detail:
        'A look that fails is reported and does not end it. The rate at which the disk fills is that between two looks.',
    },
    {
      name: 'delete',
      group: 'Answer',
      doc: 'say which orphaned files would be removed; with --yes remove them',
      detail:
        'Each file is looked at again at that moment: it must be the same file, untouched, in the same folder, held by nobody. Nothing outside of DIR is removed, no link is followed, no other file system entered; each file is logged on stderr.',
    },
    {
      name: 'yes',
      short: 'y',
      group: 'Answer',
      doc: 'with --delete: do it',
      detail:
        'An interruption is heard every few thousand files: what is not removed by then is kept, and the exit code is 130.',
    },
    {
      name: 'print0',
      group: 'Output',
      doc: 'print names only, as they are, each ended by a NUL byte: orphaned ones unless --only says',
    },
    ...REPORTING_OPTIONS,
  ],
  formats: ['terminal', 'json', 'ndjson', 'csv', 'tsv', 'markdown'],
  examples: [
    { line: 'sudo leaksof orphans /var/spool/app', doc: 'who holds what lies there' },
    { line: 'sudo leaksof orphans /tmp --service gunicorn', doc: 'what its dead workers left' },
    { line: 'sudo leaksof orphans /tmp --delete', doc: 'what would be removed' },
    { line: 'sudo leaksof orphans /tmp --every 60s -q', doc: 'how fast it fills' },
  ],
  load: async () => (await import('./orphans-run.ts')).run,
};
