// A small service: server.mjs PORT [leak]. /health keeps nothing; /file opens a file, and with `leak` forgets to close it.
import { closeSync, openSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

const [port, mode] = process.argv.slice(2);

createServer(({ url }, response) => {
  if (url === '/file') {
    const descriptor = openSync(fileURLToPath(import.meta.url));
    if (mode !== 'leak') closeSync(descriptor);
  }
  response.end('ok\n');
}).listen(Number(port), '127.0.0.1', () => process.stdout.write('listening\n'));
