// Processes with very many descriptors: regular files under many names, named pipes, devices and sockets. They are Python,
// since lsof lists a process's every descriptor once more for each of its threads, and Node has a dozen.
import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const CHILD = fileURLToPath(new URL('farm_child.py', import.meta.url));
/** Descriptors that a child leaves free, for itself. */
const SPARE = 200;
const PER_CHILD = 19_000;

/**
 * Starts as many children as it takes to hold `wanted` descriptors within the hard limit.
 *
 * @returns `descriptors` held, `processes`, and `stop()`
 */
export async function startFarm(python, folder, wanted) {
  const limit = Number(spawnSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).stdout) || Number.POSITIVE_INFINITY;
  const perChild = Math.min(PER_CHILD, limit - SPARE);
  const children = [];
  const stop = () => Promise.all(children.map(ended));
  try {
    for (let held = 0; held < wanted; held += perChild) {
      const words = [CHILD, folder, `${children.length}`, `${perChild}`];
      const child = spawn(python, words, { stdio: ['pipe', 'pipe', 'inherit'] });
      children.push(child);
      await new Promise((resolve, reject) => {
        child.stdout.once('data', resolve);
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
