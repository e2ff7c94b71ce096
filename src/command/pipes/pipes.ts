import type { CommandDefinition } from '../definition.ts';
import { FILTER_OPTIONS, REPORTING_OPTIONS, ROW_SOURCE_OPTIONS, SOURCE_ARGUMENT, TOP_OPTION } from '../line/options.ts';

export const pipesCommand: CommandDefinition = {
  name: 'pipes',
  group: 'Incidents',
  summary: 'full pipes and queues, both ends, who is blocked',
  description:
    'For each pipe, FIFO and connected unix socket: both ends with their holders, and the threads that sleep in a write to it, by system call and kernel function. For TCP: what waits to be sent and to be read, whether the other side has room, and connections that wait to be accepted. With --fill, how many bytes of its capacity each pipe holds: full is a pipe without a free page, which its bytes alone do not say. Of a pair of unix sockets the blocked thread is the finding, as it may sleep at any fill. Filters choose what a matching process holds an end of; the other ends are told whoever holds them. A listing tells holders and ends, and with lsof -T qs the queues of TCP.',
  arguments: [SOURCE_ARGUMENT],
  options: [
    {
      name: 'fill',
      group: 'Answer',
      doc: 'read how full each pipe is, through a copy of a write end that is closed at once',
      detail:
        'Nothing is read from any pipe, and a writer is told as before when its last reader goes. What may change for that moment: a reader whose last writer closes just then sees the end of the file when the copy is closed, well under a millisecond later. Needs root or the right to trace the holders, and an ioctl(2), which Node lacks: that of the optional package @koromix/koffi-linux-x64 (or -arm64), else of perl.',
    },
    {
      name: 'max-pipe',
      value: 'SHARE',
      kind: 'share',
      group: 'Answer',
      doc: 'exit 1 if a pipe is fuller than this share of its capacity (90%)',
      detail: 'Exit 3 without --fill, or if not every pipe could be read and none is above it.',
    },
    {
      name: 'every',
      value: 'TIME',
      kind: 'duration',
      group: 'Answer',
      doc: 'look again after so long, until interrupted',
      detail:
        'From the second look on each pipe has its rate and the time until it is full. A look that fails is reported and does not end it.',
    },
    TOP_OPTION,
    ...FILTER_OPTIONS,
    ...ROW_SOURCE_OPTIONS,
    ...REPORTING_OPTIONS,
  ],
  formats: ['terminal', 'json', 'ndjson', 'csv', 'tsv', 'markdown'],
  examples: [
    { line: 'sudo leaksof pipes', doc: 'who is blocked, and on what' },
    { line: 'sudo leaksof pipes --fill --pid 2445', doc: 'how full its pipes are' },
    { line: 'sudo leaksof pipes --fill --every 1s', doc: 'how fast they fill up' },
    { line: 'sudo leaksof pipes --fill --max-pipe 90%', doc: 'a check: exit 1 above 90 %' },
    { line: 'sudo lsof -nP +E -T qs | leaksof pipes', doc: 'ends and queues from a listing' },
  ],
  load: async () => (await import('./pipes-run.ts')).run,
};
