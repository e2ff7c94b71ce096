// Processes with very many descriptors: regular files under few and many names, named pipes, devices and sockets.
import { fork, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const CHILD = fileURLToPath(new URL('farm-child.js', import.meta.url));
/** Descriptors that a child leaves free, for Node itself. */
const SPARE = 200;
const PER_CHILD = 19_000;

/**
 * Starts as many children as it takes to hold `wanted` descriptors within the hard limit.
 *
 * @returns `descriptors` held and `stop()`
 */
export async function startFarm(folder, wanted) {
  const limit = Number(spawnSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).stdout) || Number.POSITIVE_INFINITY;
  const perChild = Math.min(PER_CHILD, limit - SPARE);
  const children = [];
  const stop = () => Promise.all(children.map(ended));
  try {
    for (let held = 0; held < wanted; held += perChild) {
      const child = fork(CHILD, [folder, `${children.length}`, `${perChild}`], {
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      children.push(child);
      await new Promise((resolve, reject) => {
        child.once('message', resolve);
        child.once('exit', (code) => reject(new Error(`a process of the farm ended with code ${code}`)));
      });
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { descriptors: perChild * children.length, processes: children.length, stop };
}

function ended(child) {
  child.removeAllListeners('exit');
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', resolve);
    child.kill('SIGKILL');
  });
}
