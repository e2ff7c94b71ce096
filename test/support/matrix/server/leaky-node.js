// A Node http server that keeps the file of each so-manyth request open, or none.
//
//   node leaky-node.js FOLDER RATE
import { openSync, writeFileSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

const [folder, rate] = [process.argv[2], Number(process.argv[3])];
const picture = join(folder, 'cat.jpg');
writeFileSync(picture, Buffer.alloc(2000));
const truth = openSync(join(folder, `truth-${process.pid}`), 'w');
const counts = new BigInt64Array(4);
let owed = 0;

const server = createServer((request, response) => {
  request.resume().on('end', () => {
    for (owed += rate; owed >= 1 - 1e-9; owed--) {
      openSync(picture, 'r');
      counts[1]++;
      counts[3]++;
    }
    counts[0]++;
    writeSync(truth, new Uint8Array(counts.buffer), 0, 32, 0);
    response.end('hello\n');
  });
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`READY ${JSON.stringify({ port: server.address().port, pid: process.pid })}\n`);
});
// Ends with the process that started it.
process.stdin.resume().on('end', () => process.exit());
