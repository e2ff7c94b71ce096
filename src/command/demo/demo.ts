import type { CommandDefinition } from '../definition.ts';
import { COMMON_OPTIONS, OUTPUT_OPTIONS, REPORT_OPTION } from '../line/options.ts';

export const demoCommand: CommandDefinition = {
  name: 'demo',
  group: 'Prove',
  summary: 'a small leaky server, probed: what the answers look like',
  description:
    'Starts a server on 127.0.0.1 with three routes, one that loses a descriptor with each request, one that keeps none, and one whose cache fills and stops, probes all three, shows the answer and ends the server. Nothing else is needed, and nothing is left behind. Exit 0 if the leak was found and only that.',
  arguments: [],
  options: [...OUTPUT_OPTIONS, REPORT_OPTION, ...COMMON_OPTIONS],
  formats: ['terminal', 'json', 'ndjson', 'csv', 'tsv', 'markdown'],
  examples: [{ line: 'leaksof demo', doc: 'no server of your own needed' }],
  load: async () => (await import('./demo-run.ts')).run,
};
