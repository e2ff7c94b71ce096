import type { CommandDefinition } from '../definition.ts';
import { REPORTING_OPTIONS, ROW_SOURCE_OPTIONS, TOP_OPTION } from '../line/options.ts';
import { GUARD_OPTIONS } from './guard-options.ts';

export const watchCommand: CommandDefinition = {
  name: 'watch',
  group: 'Prove',
  summary: 'what grows over time, how fast, how long it can last',
  description:
    'Counts descriptors again and again, and reads names only where something grows. PROCESS is a pid, a command label (a glob), or :PORT for whoever listens there; none means every process. A process that takes the place of one that ended (same parent, command and user, or same listening port) is followed; one that is gone is waited for. It ends with --for, Ctrl-C or the job, and then answers with a report: growth inside lives, rate with its interval, trend, headroom and how long that lasts. On a terminal it shows how things stand, in a pipe a line for each sample, with --format ndjson an object for each sample and the report as the last one. With budgets it stands guard: each alert is told once and once when it is over, to stderr or the journal, to a program (--on-alert) and to whoever asks for /healthz (--health); a budget that could never be judged is refused before it begins.',
  arguments: [
    {
      name: 'PROCESS',
      doc: 'a pid, a command label (glob), or :PORT of a listener; several are alternatives; none: every process',
      required: false,
      repeatable: true,
      complete: 'process',
    },
  ],
  trailing: {
    name: 'COMMAND',
    doc: 'a command to start and to follow to its end, with its descendants; what it prints goes to stderr; if it fails, the exit code is 3, or 1 for a broken budget',
    required: false,
  },
  options: [
    {
      name: 'every',
      value: 'TIME',
      kind: 'duration',
      group: 'Answer',
      doc: 'time between samples (default 1s; 500ms, 10s, 1m)',
      detail:
        'Of more than 500 processes those whose count keeps still take turns: each is counted at every fourth sample, and everybody at the last.',
    },
    {
      name: 'for',
      value: 'TIME',
      kind: 'duration',
      group: 'Answer',
      doc: 'end after this time (90s, 10m, 2h)',
      detail: 'The length of the watch. How long a budget has to be broken is --sustained.',
    },
    {
      name: 'until-exit',
      group: 'Answer',
      doc: 'end when nobody is left, instead of waiting for a successor',
    },
    {
      name: 'exits',
      group: 'Answer',
      doc: 'tell of each worker that begins and ends, between samples too',
      detail:
        'Of a PROCESS and all that descends from it, as leaksof churn does: how each ended and after how long, descriptors at death, crash loop or planned recycling. --max-exits does it too. Without it workers that live for less than --every are not seen.',
    },
    {
      name: 'warm-up',
      value: 'TIME',
      kind: 'duration',
      group: 'Answer',
      doc: 'what a process opens in its first TIME is no growth',
      detail:
        'Without it that holds for 5 s of processes that begin while they are watched, and not for those that were there before.',
    },
    {
      name: 'save',
      value: 'FILE',
      group: 'Answer',
      doc: 'append every sample to FILE, a series that every command reads',
      detail:
        'The file must not be there yet. Each sample is written at once, so that a killed watch loses at most the sample it was taking. Compressed where the name ends in .gz.',
      complete: 'file',
    },
    TOP_OPTION,
    ...GUARD_OPTIONS,
    {
      name: 'pid',
      value: 'PID',
      kind: 'integer',
      repeatable: true,
      group: 'Filter',
      doc: 'these processes, separated by commas; repeatable',
      complete: 'process',
    },
    { name: 'command', value: 'GLOB', repeatable: true, group: 'Filter', doc: 'processes with this command label' },
    {
      name: 'port',
      value: 'PORT',
      kind: 'integer',
      least: 1,
      repeatable: true,
      group: 'Filter',
      doc: 'processes that listen on this TCP port, in this network namespace',
    },
    {
      name: 'user',
      value: 'GLOB',
      repeatable: true,
      group: 'Filter',
      doc: 'of all these only processes of this user',
      complete: 'user',
    },
    { name: 'tree', group: 'Filter', doc: 'their descendants too' },
    ...ROW_SOURCE_OPTIONS.filter(({ name }) => name === 'proc'),
    ...REPORTING_OPTIONS,
  ],
  formats: ['terminal', 'json', 'ndjson', 'csv', 'tsv', 'markdown'],
  examples: [
    { line: 'leaksof watch 2445', doc: 'one process, until Ctrl-C' },
    { line: 'leaksof watch --for 10m --save watch.ndjson.gz', doc: 'the machine, kept for later' },
    { line: 'leaksof watch :8080 --tree --max-growth 5/min', doc: 'a server and its workers' },
    { line: 'leaksof watch gunicorn --tree --exits', doc: 'and who dies between samples' },
    { line: 'leaksof watch --max-growth 50 -- npm test', doc: 'a job: exit 1 if it leaks' },
    {
      line: 'leaksof watch :80 --max-utilisation 90% --on-alert ./page',
      doc: 'a guard, until it is stopped',
    },
    {
      line: 'sudo leaksof watch --min-disk /var=1h --max-deleted 9GB',
      doc: 'the disks of a machine',
    },
  ],
  load: async () => (await import('./watch-run.ts')).run,
};
