import type { CommandDefinition } from '../definition.ts';
import { REPORTING_OPTIONS } from '../line/options.ts';
import { MAX_PER_REQUEST_OPTION, PROBE_OPTIONS } from '../probe/probe-options.ts';

/** A service that was just started is on this machine, and has a day of CI before it. */
const NOT_HERE = ['allow-remote', 'to-limit'];

export const gateCommand: CommandDefinition = {
  name: 'gate',
  group: 'Prove',
  summary: 'for CI: start a service, probe it, fail on a leak',
  description:
    'Starts COMMAND in a session of its own, waits until somebody who came from it listens on the port of each URL, probes the URLs one after the other, stops the service and everybody it started, and reports. Exit 1 names what leaks, 0 what would have been seen; 3 if the service never starts, ends, or cannot be judged. Its output goes to stderr. URLs, the allow-list and budgets may stand in leaksof.config.json or under "leaksof" in package.json, in the current folder; options come before the environment, and that before the file.',
  arguments: [],
  trailing: {
    name: 'COMMAND',
    doc: 'the service with its arguments, as it is; for a shell line: sh -c "..."',
    required: true,
  },
  options: [
    {
      name: 'url',
      short: 'u',
      value: 'URL',
      repeatable: true,
      group: 'Answer',
      doc: 'what to request: http://127.0.0.1:3000/path, :3000/path, or "POST URL"; repeatable',
    },
    MAX_PER_REQUEST_OPTION,
    {
      name: 'max-growth',
      value: 'N',
      kind: 'integer',
      group: 'Answer',
      doc: 'exit 1 if all URLs together leave more than N descriptors open, leak or not',
      detail: 'A pool or a cache that fills counts too; what is allowed or known does not.',
    },
    {
      name: 'allow',
      value: 'GLOB',
      repeatable: true,
      group: 'Answer',
      doc: 'let what matches leak: its pattern, or the name of an example; repeatable',
    },
    {
      name: 'baseline',
      value: 'FILE',
      group: 'Answer',
      doc: 'fail on new leaks only: FILE is a JSON report of gate or probe, or written by --write-baseline',
      detail:
        'A leak is known by method, path, type and target pattern. One that is clearly faster than in the baseline (its interval lies above, by a tenth) is new.',
      complete: 'file',
    },
    {
      name: 'write-baseline',
      value: 'FILE',
      group: 'Answer',
      doc: 'save the leaks that there are, which counts them as known from now on',
      complete: 'file',
    },
    {
      name: 'allow-inconclusive',
      group: 'Answer',
      doc: 'exit 0 instead of 3 where a URL or a budget could not be judged',
      detail: 'A service that never starts, or ends, is still 3.',
    },
    {
      name: 'ready-url',
      value: 'URL',
      group: 'Service',
      doc: 'ready when URL answers with a status below 500, instead of when it listens',
    },
    {
      name: 'ready-log',
      value: 'REGEX',
      group: 'Service',
      doc: 'ready when a line of its output matches, instead of when it listens',
    },
    {
      name: 'ready-timeout',
      value: 'TIME',
      kind: 'duration',
      group: 'Service',
      doc: 'time it has to become ready (default 60s)',
    },
    {
      name: 'stop-signal',
      value: 'SIGNAL',
      choices: ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'],
      group: 'Service',
      doc: 'signal that asks the service to end (default SIGTERM)',
    },
    {
      name: 'grace',
      value: 'TIME',
      kind: 'duration',
      group: 'Service',
      doc: 'time it has to end before it is killed (default 10s)',
    },
    {
      name: 'log',
      value: 'FILE',
      group: 'Service',
      doc: 'write the output of the service to FILE instead of stderr',
      complete: 'file',
    },
    ...PROBE_OPTIONS.filter(({ name }) => !NOT_HERE.includes(name)),
    ...REPORTING_OPTIONS,
  ],
  formats: ['terminal', 'json', 'ndjson', 'csv', 'tsv', 'markdown', 'junit', 'github'],
  examples: [
    { line: 'leaksof gate --url :3000/health -- npm start', doc: 'exit 1 if it leaks' },
    {
      line: 'leaksof gate -u :3000/ --report junit=leaks.xml -- node server.js',
      doc: 'with a report for the CI server',
    },
    { line: 'leaksof gate -u :3000/ --allow "/var/cache/*" -- npm start', doc: 'what may stay open' },
    { line: 'leaksof gate -u :3000/ --write-baseline leaks.json -- npm start', doc: 'accept what there is' },
    { line: 'leaksof gate -u :3000/ --baseline leaks.json -- npm start', doc: 'then fail on new leaks only' },
  ],
  load: async () => (await import('./gate-run.ts')).run,
};
