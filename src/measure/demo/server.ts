import { openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

/** Files that the warming cache keeps open, once each was asked for. */
const CACHED = 40;

/**
 * The server of `leaksof demo`, a program of its own: one route that loses a descriptor with each request, one that keeps
 * none, and one that keeps some and then no more. It ends when whoever started it closes its stdin.
 *
 * Arguments: the folder with the photo. Says its port on stdout.
 */
const folder = process.argv[2] ?? '.';
const photo = join(folder, 'cat.jpg');
const cached = new Map<number, number>();
let asked = 0;

const server = createServer((request, response) => {
  switch (request.url) {
    case '/photo':
      // The mistake: opened, read, never closed.
      response.end(readFileSync(openSync(photo, 'r')));
      break;
    case '/cache': {
      const name = asked++ % CACHED;
      if (!cached.has(name)) cached.set(name, openSync(join(folder, `page-${name}.html`), 'a+'));
      response.end(`page ${name}\n`);
      break;
    }
    case '/healthy':
      response.end(readFileSync(photo));
      break;
    default:
      response.statusCode = 404;
      response.end();
  }
});

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' && address !== null ? address.port : 0}\n`);
});
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
