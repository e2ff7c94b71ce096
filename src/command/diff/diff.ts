import type { CommandDefinition } from '../definition.ts';
import { FILTER_OPTIONS, REPORTING_OPTIONS, SOURCE_OPTIONS, TOP_OPTION } from '../line/options.ts';

export const diffCommand: CommandDefinition = {
  name: 'diff',
  group: 'Compare',
  summary: 'what was opened and closed in between, what grew',
  description:
    'Compares two or more SOURCEs of any dialect, or the first and the last listing of one: per process and per target pattern what was opened, closed and kept, what grew, how fast, and how long the headroom lasts. Processes are known by pid and start time, restarted ones by parent and command; files by path and inode, sockets and pipes by inode. With one SOURCE and --live the machine as it is now is the current side. Only what changed is shown.',
  arguments: [
    {
      name: 'BASE',
      doc: 'the earlier listing or snapshot; alone: one that holds several listings',
      required: true,
      complete: 'file',
    },
    {
      name: 'CURRENT',
      doc: 'the later one; several in order of time give the course between',
      required: false,
      repeatable: true,
      complete: 'file',
    },
  ],
  options: [
    TOP_OPTION,
    {
      name: 'max-growth',
      value: 'N',
      kind: 'integer',
      group: 'Answer',
      doc: 'exit 1 if a process has more than N descriptors more than before',
      detail:
        'A process that was restarted is compared with the one it follows. One that began in between is not judged. Exit 3 if no process could be compared.',
    },
    {
      name: 'redact',
      group: 'Answer',
      doc: 'tokens instead of paths, addresses, users, command lines and hosts',
      detail: 'One random key for all sides, so that what is equal stays equal. The key is not kept.',
    },
    ...FILTER_OPTIONS,
    ...SOURCE_OPTIONS.filter(({ name }) => name !== 'listing'),
    ...REPORTING_OPTIONS,
  ],
  formats: ['terminal', 'json', 'ndjson', 'csv', 'tsv', 'markdown'],
  examples: [
    { line: 'leaksof diff before.ndjson after.ndjson', doc: 'two snapshots' },
    { line: 'leaksof diff repeated.txt', doc: 'first and last run of lsof -r' },
    { line: 'leaksof diff a.txt --live --max-growth 50', doc: 'exit 1 if it grew by more' },
    { line: 'leaksof diff a b --format markdown --redact', doc: 'a paste for a bug report' },
  ],
  load: async () => (await import('./diff-run.ts')).run,
};
