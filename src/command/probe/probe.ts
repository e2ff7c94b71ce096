import type { CommandDefinition } from '../definition.ts';
import { REPORTING_OPTIONS } from '../line/options.ts';
import { MAX_PER_REQUEST_OPTION, PROBE_OPTIONS } from './probe-options.ts';

export const probeCommand: CommandDefinition = {
  name: 'probe',
  group: 'Prove',
  summary: 'descriptors lost per request, by which URL, on which file',
  description:
    'Sends requests to a service on this machine and watches the processes behind it: first how many descriptors each request loses, then what they are open on. The processes are found by the connection itself, their siblings, descendants and local upstreams are watched too. No process is taken past half of its headroom. A leak is growth that goes on with the requests, does not slow down, and is still there after they ended; a pool that fills is a plateau.',
  arguments: [
    {
      name: 'URL',
      doc: 'what to request: http://127.0.0.1:8080/path, :8080/path, or "POST URL"; several are probed in turn',
      required: false,
      repeatable: true,
    },
  ],
  options: [
    {
      name: 'urls',
      value: 'FILE',
      group: 'Answer',
      doc: 'also the URLs in FILE, one a line, # begins a comment; - for stdin',
      complete: 'file',
    },
    MAX_PER_REQUEST_OPTION,
    {
      name: 'record',
      value: 'FILE',
      group: 'Answer',
      doc: 'save everything that was measured, to be judged again',
      complete: 'file',
    },
    ...PROBE_OPTIONS,
    ...REPORTING_OPTIONS,
  ],
  formats: ['terminal', 'json', 'ndjson', 'csv', 'tsv', 'markdown'],
  examples: [
    { line: 'leaksof probe http://127.0.0.1:8080/photos', doc: 'does it leak, and on which file' },
    { line: 'leaksof probe :8080/a :8080/b', doc: 'which of them does' },
    { line: 'leaksof probe -X POST -d @body.json :8080/upload', doc: 'an upload' },
    { line: 'leaksof probe --settle 30s --deadline 60s :8080/', doc: 'for a service that closes late' },
    { line: 'leaksof probe --pid 2445 https://shop.example/ --allow-remote', doc: 'through a balancer' },
  ],
  load: async () => (await import('./probe-run.ts')).run,
};
