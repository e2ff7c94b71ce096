import type { CommandDefinition } from '../definition.ts';
import {
  COMMON_OPTIONS,
  FILTER_OPTIONS,
  OUTPUT_OPTIONS,
  ROW_SOURCE_OPTIONS,
  SOURCE_ARGUMENT,
} from '../line/options.ts';

export const snapCommand: CommandDefinition = {
  name: 'snap',
  group: 'Compare',
  summary: 'save every process and open file for later',
  description:
    'Saves this machine, or any SOURCE, as a snapshot: host, boot, kernel, time, limits, what could not be seen, every process and every row. Every command reads it as a SOURCE, "leaksof diff" compares two. The file is written whole or not at all, readable by its owner only, and compressed where its name ends in .gz. Passwords and tokens in command lines are left out; --redact hides names too. Without -o the snapshot goes to stdout; on a terminal it goes to a file named after host and time.',
  arguments: [SOURCE_ARGUMENT],
  options: [
    {
      name: 'redact',
      group: 'Answer',
      doc: 'tokens instead of paths, addresses, users, command lines and the host',
      detail:
        'Equal names become equal tokens, so counts, classes and patterns stay. The tokens are keyed hashes; the key is random and is not kept.',
    },
    ...FILTER_OPTIONS,
    ...ROW_SOURCE_OPTIONS.filter(({ name }) => name !== 'listing'),
    ...OUTPUT_OPTIONS.filter(({ name }) => name === 'output'),
    ...COMMON_OPTIONS,
  ],
  formats: [],
  examples: [
    { line: 'leaksof snap -o before.ndjson.gz', doc: 'this machine, now' },
    { line: 'leaksof snap dump.txt --redact -o dump.ndjson', doc: 'a listing, fit to be sent on' },
  ],
  load: async () => (await import('./snap-run.ts')).run,
};
