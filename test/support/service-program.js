// A small HTTP service that loses descriptors on purpose; run by service.ts with `node -e`, so that any user can run it.
const { readdirSync, openSync, closeSync, unlinkSync } = require('node:fs');
const { Agent, createServer, get } = require('node:http');
const { connect } = require('node:net');

const [, folder, host, title] = process.argv;
if (title) process.title = title;
const seen = new WeakSet();
let peak = 0;
let asked = 0;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

/** Its own count, without the descriptor that the listing takes. */
const used = () => readdirSync('/proc/self/fd').length - 1;

const routes = {
  '/healthy': () => closeSync(openSync(`${folder}/cat.jpg`, 'r')),
  '/leak': ({ n = 1 }) => {
    for (let i = 0; i < n; i++) openSync(`${folder}/cat.jpg`, 'r');
  },
  '/deleted': () => {
    const name = `${folder}/upload-${(asked * 7919).toString(16).padStart(8, '0')}.tmp`;
    const file = openSync(name, 'w');
    require('node:fs').writeSync(file, Buffer.alloc(1000));
    unlinkSync(name);
  },
  '/connection': (_, request) => {
    if (seen.has(request.socket)) return;
    seen.add(request.socket);
    openSync(`${folder}/cat.jpg`, 'r');
  },
  '/pool': () => {
    if (asked <= 30) openSync(`${folder}/cat.jpg`, 'r');
  },
  // Ends its connections itself, so that they stay in the table for a while.
  '/onward': ({ port }) =>
    connect(port, '127.0.0.1', function () {
      this.end();
    }),
  // The other side ends them, and keeps them in its table.
  '/told': ({ port }) => connect(port, '127.0.0.1').resume(),
  // Passes the request on over a connection that is kept.
  '/ask': ({ port, path }) =>
    get({ port, path, agent }, (answer) => answer.resume()).on('error', () => process.exit(1)),
  // Wakes up by itself from now on, more often than anybody asks.
  '/busy': () => void setInterval(() => {}, 1),
  '/exit': ({ after = 1 }) => {
    if (asked >= after) process.exit(0);
  },
};

const server = createServer((request, response) => {
  const url = new URL(request.url, 'http://service');
  if (url.pathname !== '/asked') asked++;
  if (url.pathname === '/silent') return;
  if (url.pathname === '/asked') {
    response.end(
      JSON.stringify({ asked, peak, used: used(), headers: request.headersDistinct, method: request.method }),
    );
    return;
  }
  const route = routes[url.pathname];
  try {
    route?.(Object.fromEntries(url.searchParams), request);
    response.statusCode = Number(url.searchParams.get('status') ?? (route ? 200 : 404));
    peak = Math.max(peak, used());
  } catch {
    // At its limit.
    response.statusCode = 503;
  }
  const wait = Number(url.searchParams.get('wait') ?? 0);
  request
    .resume()
    .on('end', () => (wait > 0 ? setTimeout(() => response.end('answer\n'), wait) : response.end('answer\n')));
});
server.listen(0, host, () => process.stdout.write(`${server.address().port}\n`));
process.stdin.resume().on('end', () => process.exit(0));
