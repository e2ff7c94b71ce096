import type { CommandDefinition } from '../definition.ts';
import { REPORTING_OPTIONS, TOP_OPTION } from '../line/options.ts';

export const drainCommand: CommandDefinition = {
  name: 'drain',
  group: 'Incidents',
  summary: 'what a shutdown will meet, and how it goes',
  description:
    'Says what a shutdown of a process and all that descend from it will meet: how each takes the signal (it dies at once, will not stop, or has code for it, which may drain or not), listening sockets, connections in and out, files being written, children. With --send it sends the signal and follows what happens: listeners closed, connections ended and opened, files growing, exits with their status, what was still held at the end. Then it says whether the shutdown drained, cut something off, died at once, was ignored or killed, and from what that is concluded. Exit 1 if not all had ended well within --grace, 3 if that could not be seen.',
  arguments: [
    {
      name: 'PROCESS',
      doc: 'pid, or a COMMAND as rank prints it (a glob too); its descendants belong to it',
      required: true,
      complete: 'process',
    },
  ],
  options: [
    {
      name: 'send',
      value: 'SIGNAL',
      group: 'Answer',
      doc: 'send TERM, INT, HUP ... to PROCESS, and follow what happens',
      detail:
        'Sent to the named process alone, once, without asking; stderr says what is sent to whom. A COMMAND that means several processes, none of which descends from another, is refused, and so are pid 1, leaksof itself and whatever it runs below.',
    },
    {
      name: 'grace',
      value: 'TIME',
      kind: 'duration',
      group: 'Answer',
      doc: 'time in which all have to end (default 30s)',
    },
    { name: 'kill', group: 'Answer', doc: 'with --send: send SIGKILL to whoever is there after the grace' },
    {
      name: 'before',
      value: 'TIME',
      kind: 'duration',
      group: 'Answer',
      doc: 'with --send: watch so long first, to know what moves (default 1s)',
      detail:
        'Work that opens a connection now and then is seen if that happens three times or more before the end: give twice its period at least.',
    },
    {
      name: 'follow',
      group: 'Answer',
      doc: 'send nothing: wait until somebody else ends PROCESS, and follow that',
    },
    { name: 'for', value: 'TIME', kind: 'duration', group: 'Answer', doc: 'with --follow: wait so long at most' },
    TOP_OPTION,
    ...REPORTING_OPTIONS,
  ],
  formats: ['terminal', 'json', 'ndjson', 'csv', 'tsv', 'markdown'],
  examples: [
    { line: 'sudo leaksof drain gunicorn', doc: 'what a shutdown will meet' },
    { line: 'sudo leaksof drain 2445 --send TERM --grace 30s', doc: 'end it, and see how it goes' },
    { line: 'sudo leaksof drain 2445 --follow --for 10m', doc: 'see how somebody else ends it' },
  ],
  load: async () => (await import('./drain-run.ts')).run,
};
