import type { CommandDefinition } from '../definition.ts';
import { FILTER_OPTIONS, REPORTING_OPTIONS, ROW_SOURCE_OPTIONS, SOURCE_ARGUMENT } from '../line/options.ts';

export const namesCommand: CommandDefinition = {
  name: 'names',
  group: 'Look',
  summary: 'which files, sockets and pipes are open most, by whom',
  description:
    'Ranks targets by how often they are open. Names fold into patterns (temporary suffixes, ids, UUIDs, pids, ephemeral ports blanked), so that ten thousand upload names read as one line; --exact counts each name by itself.',
  arguments: [SOURCE_ARGUMENT],
  options: [
    { name: 'exact', group: 'Answer', doc: 'count every name by itself instead of patterns' },
    {
      name: 'open-files',
      group: 'Answer',
      doc: 'count cwd, txt, mem and such rows too, not only descriptors',
    },
    { name: 'top', value: 'N', kind: 'integer', least: 1, group: 'Answer', doc: 'lines to print (default 20)' },
    ...FILTER_OPTIONS,
    ...ROW_SOURCE_OPTIONS,
    ...REPORTING_OPTIONS,
  ],
  formats: ['terminal', 'json', 'ndjson', 'csv', 'tsv', 'markdown'],
  examples: [
    { line: 'leaksof names dump.txt', doc: 'patterns of a saved listing' },
    { line: 'leaksof names --pid 2445 --class regular', doc: 'files of one live process' },
    { line: "leaksof names --exact --name '*.jpg' dump.txt", doc: 'exact names that end in .jpg' },
  ],
  load: async () => (await import('./names-run.ts')).run,
};
