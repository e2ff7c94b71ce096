import type { CommandDefinition } from '../definition.ts';
import { REPORTING_OPTIONS, TOP_OPTION } from '../line/options.ts';

export const churnCommand: CommandDefinition = {
  name: 'churn',
  group: 'Incidents',
  summary: 'workers that die and return, and what that hides',
  description:
    "Follows a manager and its workers: who begins, who ends, how and after how long, and what each held when it ended. Workers of one parent with one COMMAND share a slot, and a slot's figures add up over all lives that held it: a worker that is replaced before it reaches its limit hides a leak. Tells a crash loop from planned recycling, names workers that outlive their manager and the ports they keep, and System V objects that a killed manager leaves. Starts and ends come from the kernel's process events where it tells them, which miss nobody; else it looks 50 times a second, and says how many it saw and how many must have existed. It ends with --for, Ctrl-C, a budget that is broken, the last of --requests, or 3 s after everybody is gone.",
  arguments: [
    {
      name: 'PROCESS',
      doc: 'the manager: a pid, a COMMAND (a glob), or :PORT of a listener',
      required: true,
      complete: 'process',
    },
  ],
  options: [
    { name: 'for', value: 'TIME', kind: 'duration', group: 'Answer', doc: 'end after this time (90s, 10m, 2h)' },
    {
      name: 'max-exits',
      value: 'N/TIME',
      kind: 'rate',
      repeatable: true,
      group: 'Answer',
      doc: 'exit 1 as soon as more than N exits fall into any TIME (10/90s, 5/min)',
      detail:
        'Of the manager and its workers, not of what workers start. Status 0 and signals that ask a process to go (TERM, INT, HUP, QUIT, USR1, USR2) are planned and do not count; where nobody can tell how one ended, it counts if it lived less than 10 s.',
    },
    { name: 'keep-going', group: 'Answer', doc: 'a broken budget does not end it' },
    TOP_OPTION,
    {
      name: 'url',
      value: 'URL',
      group: 'Load',
      doc: 'send requests there, one after the other, and count what each keeps',
      detail:
        'An address of this machine. Descriptors per request are those gained in steps in which the same workers stood before and after.',
    },
    {
      name: 'requests',
      value: 'N',
      kind: 'integer',
      least: 1,
      group: 'Load',
      doc: 'with --url: so many (default 200); it ends with the last one, unless --for says more',
    },
    {
      name: 'poll',
      group: 'Source',
      doc: 'only look: do not ask the kernel to tell of starts and ends',
    },
    ...REPORTING_OPTIONS,
  ],
  formats: ['terminal', 'json', 'ndjson', 'csv', 'tsv', 'markdown'],
  examples: [
    { line: 'leaksof churn perl-fcgi-pm --for 60s', doc: 'a minute of its workers' },
    { line: 'leaksof churn 2445 --max-exits 10/90s', doc: 'exit 1 at the 11th crash' },
    { line: 'leaksof churn :8080 --url :8080/ --requests 110', doc: 'kept per request' },
  ],
  load: async () => (await import('./churn-run.ts')).run,
};
