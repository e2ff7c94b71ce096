import type { CommandDefinition } from '../definition.ts';
import {
  COMMON_OPTIONS,
  FILTER_OPTIONS,
  OUTPUT_OPTIONS,
  ROW_SOURCE_OPTIONS,
  SOURCE_ARGUMENT,
} from '../line/options.ts';

/** Rows stream, so none can be held back until the last listing is known. */
const LISTING = {
  name: 'listing',
  value: 'N|all',
  group: 'Source',
  doc: 'rows of one listing of an input that holds several (1 = first; default all)',
} as const;

export const exportCommand: CommandDefinition = {
  name: 'export',
  group: 'Look',
  summary: 'every row as NDJSON, CSV or TSV',
  description:
    'Prints every open file as one row with the fields of --list-columns, as it is read: any size, bounded memory. The field "line" is the line of the input that the row came from. In CSV and TSV control characters are shown as \\xNN, and text that a spreadsheet would take for a formula begins with an apostrophe; NDJSON keeps every value as it is.',
  arguments: [SOURCE_ARGUMENT],
  options: [
    {
      name: 'fields',
      value: 'LIST',
      repeatable: true,
      group: 'Answer',
      doc: 'only these fields, in this order, separated by commas',
      complete: 'field',
    },
    { name: 'list-columns', group: 'Answer', doc: 'list the fields with their types, units and meaning' },
    ...FILTER_OPTIONS,
    ...ROW_SOURCE_OPTIONS.map((option) => (option.name === 'listing' ? LISTING : option)),
    ...OUTPUT_OPTIONS.filter(({ name }) => name !== 'json'),
    ...COMMON_OPTIONS,
  ],
  formats: ['ndjson', 'csv', 'tsv'],
  examples: [
    { line: 'leaksof export dump.txt > rows.ndjson', doc: 'every row of a listing' },
    {
      line: 'leaksof export --format csv --fields pid,command,fd,target -o rows.csv',
      doc: 'four fields of this machine',
    },
  ],
  load: async () => (await import('./export-run.ts')).run,
};
