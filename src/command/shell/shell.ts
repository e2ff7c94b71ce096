import type { CommandDefinition } from '../definition.ts';
import { COMMON_OPTIONS, FILTER_OPTIONS, SOURCE_ARGUMENT, SOURCE_OPTIONS } from '../line/options.ts';

export const shellCommand: CommandDefinition = {
  name: 'shell',
  group: 'Look',
  summary: 'the rows as a dataframe, in a JavaScript prompt',
  description:
    'Reads every row into memory and opens a JavaScript prompt with df, a danfo.js DataFrame of them, rows, the same as objects, and the analyses as functions: rank(), names(), show(PID). "help" lists what there is. With --eval it runs code, prints the value of the last expression (data as JSON) and exits.',
  arguments: [SOURCE_ARGUMENT],
  options: [
    {
      name: 'eval',
      short: 'e',
      value: 'CODE',
      group: 'Answer',
      doc: 'run CODE, print its value and exit; exit 2 if it fails',
    },
    { name: 'top', value: 'N', kind: 'integer', least: 1, group: 'Answer', doc: 'lines of a report (default 20)' },
    ...FILTER_OPTIONS,
    ...SOURCE_OPTIONS,
    ...COMMON_OPTIONS,
  ],
  formats: [],
  examples: [
    { line: 'leaksof shell dump.txt', doc: 'look around in a saved listing' },
    { line: 'leaksof shell dump.txt -e "df.column(\'command\').valueCounts()"', doc: 'one answer, for a script' },
    {
      line: "leaksof shell --live -e 'rows.filter((row) => row.deleted).length'",
      doc: 'deleted files held on this machine',
    },
  ],
  load: async () => (await import('./shell-run.ts')).run,
};
