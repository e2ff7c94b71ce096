import type { OptionDefinition } from '../definition.ts';

/** What is sent. */
const REQUEST_OPTIONS: readonly OptionDefinition[] = [
  { name: 'method', short: 'X', value: 'METHOD', group: 'Request', doc: 'method (default GET, POST with --data)' },
  {
    name: 'header',
    short: 'H',
    value: 'HEADER',
    repeatable: true,
    group: 'Request',
    doc: "header of each request, 'Name: value'; repeatable",
  },
  {
    name: 'data',
    short: 'd',
    value: 'BODY',
    group: 'Request',
    doc: 'body of each request; @FILE reads it from a file',
    complete: 'file',
  },
  {
    name: 'keep-alive',
    group: 'Request',
    doc: 'also send the requests over kept connections, to tell a leak per connection from one per request',
  },
  {
    name: 'timeout',
    value: 'TIME',
    kind: 'duration',
    group: 'Request',
    doc: 'time for one request (default 10s)',
  },
];

/** How much is sent, and how long is watched. */
const LOAD_OPTIONS: readonly OptionDefinition[] = [
  {
    name: 'requests',
    short: 'n',
    value: 'N',
    kind: 'integer',
    least: 10,
    group: 'Load',
    doc: 'requests to each URL at most (default 5000, of which 3200 unless more are needed)',
  },
  {
    name: 'concurrency',
    short: 'c',
    value: 'N',
    kind: 'integer',
    least: 1,
    group: 'Load',
    doc: 'requests at a time (default 1, up to 8 where the server is slow)',
  },
  {
    name: 'settle',
    value: 'TIME',
    kind: 'duration',
    group: 'Load',
    doc: 'watched after the load, for what closes late (default 3s)',
    detail: 'A service that closes in batches, say every 20 seconds, looks like a leak to a shorter one.',
  },
  {
    name: 'deadline',
    value: 'TIME',
    kind: 'duration',
    group: 'Load',
    doc: 'time for each URL, settle included (default 15s)',
    detail:
      'Where it is not given and fewer than 2,000 requests were answered in that time, what grows under many names gets 15 seconds more: it may be a cache that is not full yet.',
  },
  {
    name: 'to-limit',
    group: 'Load',
    doc: 'go on until the target has no descriptor left; it will fail',
    detail: 'Without it no process is taken past half of the headroom that it had.',
  },
];

/** Whom to watch. */
const TARGET_OPTIONS: readonly OptionDefinition[] = [
  {
    name: 'pid',
    value: 'PID',
    kind: 'integer',
    repeatable: true,
    group: 'Target',
    doc: 'watch these processes and their descendants instead of those that serve the URL',
    complete: 'process',
  },
  {
    name: 'also',
    value: 'PID|:PORT',
    repeatable: true,
    group: 'Target',
    doc: 'watch these too: a process, or who listens on a port',
  },
  {
    name: 'allow-remote',
    group: 'Target',
    doc: 'send requests to another machine, while what is watched runs here (--pid, --also)',
  },
];

/** Everything that says how URLs are probed; `probe` and `gate` take them alike. */
export const PROBE_OPTIONS: readonly OptionDefinition[] = [...REQUEST_OPTIONS, ...LOAD_OPTIONS, ...TARGET_OPTIONS];

export const MAX_PER_REQUEST_OPTION: OptionDefinition = {
  name: 'max-per-request',
  value: 'R',
  kind: 'number',
  group: 'Answer',
  doc: 'exit 1 only if a URL loses more than R descriptors per request (default: any leak)',
};
