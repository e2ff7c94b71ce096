import type { CommandDefinition } from '../definition.ts';
import { FILTER_OPTIONS, REPORTING_OPTIONS, ROW_SOURCE_OPTIONS, SOURCE_ARGUMENT, TOP_OPTION } from '../line/options.ts';

export const deletedCommand: CommandDefinition = {
  name: 'deleted',
  group: 'Incidents',
  summary: 'space held by deleted files, and how to have it back',
  description:
    'Adds up the files that were deleted while a process holds them open, which df counts and du does not find: by process and by pattern, each inode once. On the live machine blocks are counted, so a sparse file takes what it takes; a listing gives sizes only. Shared memory and mappings are listed apart, files without a byte (heartbeats) are left out. Where it is safe, says how the space is released without a restart: the signal that the program documents for reopening its logs, or truncating the file through its descriptor.',
  arguments: [SOURCE_ARGUMENT],
  options: [
    TOP_OPTION,
    {
      name: 'max-deleted',
      value: 'BYTES',
      kind: 'bytes',
      group: 'Answer',
      doc: 'exit 1 if deleted files take more than this (10GB, 1.5GiB)',
      detail: 'Exit 3 if they do not and a process could not be looked at.',
    },
    ...FILTER_OPTIONS,
    ...ROW_SOURCE_OPTIONS,
    ...REPORTING_OPTIONS,
  ],
  formats: ['terminal', 'json', 'ndjson', 'csv', 'tsv', 'markdown'],
  examples: [
    { line: 'sudo leaksof deleted', doc: 'space that du does not find' },
    { line: 'sudo lsof -nP +L1 | leaksof deleted', doc: 'the same from a listing' },
    { line: 'leaksof deleted --max-deleted 10GB', doc: 'a check: exit 1 above 10 GB' },
  ],
  load: async () => (await import('./deleted-run.ts')).run,
};
