import type { CommandDefinition } from '../definition.ts';
import { FILTER_OPTIONS, REPORTING_OPTIONS, SOURCE_ARGUMENT, SOURCE_OPTIONS } from '../line/options.ts';

export const rankCommand: CommandDefinition = {
  name: 'rank',
  group: 'Look',
  summary: 'which processes are near their limit, what they hold',
  description:
    'Ranks processes by how much of their soft limit (RLIMIT_NOFILE) is used, says what each holds most, and what looks like a leak. It is the default: "leaksof dump.txt" is "leaksof rank dump.txt". On the live machine every process is counted; names are read where the count is worth it, within one second.',
  arguments: [SOURCE_ARGUMENT],
  options: [
    {
      name: 'by',
      value: 'WHAT',
      choices: ['process', 'command', 'user', 'container', 'tree'],
      group: 'Answer',
      doc: 'one line per process (default), command, user, container or process tree',
    },
    {
      name: 'top',
      value: 'N',
      kind: 'integer',
      least: 1,
      group: 'Answer',
      doc: 'lines to print (default 20, of which calm processes get 5)',
    },
    { name: 'all', group: 'Answer', doc: 'live: read the names of every process, however long it takes' },
    { name: 'counts', group: 'Answer', doc: 'live: counts and limits only, no names' },
    {
      name: 'max-utilisation',
      value: 'SHARE',
      kind: 'share',
      group: 'Answer',
      doc: 'exit 1 if a process uses more than this share of its soft limit (80% or 0.8)',
    },
    ...FILTER_OPTIONS,
    ...SOURCE_OPTIONS,
    ...REPORTING_OPTIONS,
  ],
  formats: ['terminal', 'json', 'ndjson', 'csv', 'tsv', 'markdown'],
  examples: [
    { line: 'leaksof', doc: 'this machine, now' },
    { line: 'leaksof dump.txt.gz', doc: 'a saved listing' },
    { line: 'sudo lsof -nP | leaksof --user www-data', doc: 'one user of a piped listing' },
    { line: 'leaksof rank --max-utilisation 80% --report markdown=leaks.md', doc: 'a check: exit 1 above 80 %' },
  ],
  load: async () => (await import('./rank-run.ts')).run,
};
