// One process of the farm: opens descriptors, says so, and holds them until it is killed.
import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { constants, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';

const [folder, id, wanted] = process.argv.slice(2);
const SOCKETS = 500;
const NAMES = 2000;

const own = join(folder, `farm-${id}`);
mkdirSync(own);
const pipe = join(own, 'queue.fifo');
spawnSync('mkfifo', [pipe]);

const sockets = await Promise.all(
  Array.from({ length: SOCKETS }, () => {
    const socket = createSocket('udp4');
    return new Promise((resolve) => socket.bind(0, '127.0.0.1', () => resolve(socket)));
  }),
);
for (let at = 0; at < Number(wanted) - SOCKETS; at++) {
  if (at % 10 === 0) openSync('/dev/null', 'r');
  else if (at % 10 === 1) openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
  else openSync(join(own, `upload-${at % NAMES}.part`), constants.O_RDWR | constants.O_CREAT);
}
process.send({ sockets: sockets.length });
process.once('disconnect', () => process.exit());
