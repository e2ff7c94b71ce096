import type { CommandDefinition } from '../definition.ts';
import { FILTER_OPTIONS, REPORTING_OPTIONS, SOURCE_ARGUMENT, SOURCE_OPTIONS } from '../line/options.ts';

export const showCommand: CommandDefinition = {
  name: 'show',
  group: 'Look',
  summary: 'one process in full: limits, classes, targets, memory',
  description:
    'Everything about one process: its limits and where it stands, descriptors by class, the targets it holds most, command line, folder, container, unit, CPU and memory. Exit code 3 if there is no such process.',
  arguments: [
    {
      name: 'PROCESS',
      doc: 'a pid, or a command label that only one process has',
      required: true,
      complete: 'process',
    },
    SOURCE_ARGUMENT,
  ],
  options: [
    { name: 'top', value: 'N', kind: 'integer', least: 1, group: 'Answer', doc: 'targets to print (default 20)' },
    ...FILTER_OPTIONS,
    ...SOURCE_OPTIONS,
    ...REPORTING_OPTIONS,
  ],
  formats: ['terminal', 'json', 'markdown'],
  examples: [
    { line: 'leaksof show 2445', doc: 'a live process' },
    { line: 'leaksof show uwsgi dump.txt --json', doc: 'a process of a saved listing' },
  ],
  load: async () => (await import('./show-run.ts')).run,
};
