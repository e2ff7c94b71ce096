// Very many processes with some descriptors each: forks of one Python program, which cost a megabyte and half a millisecond.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { firstOf } from './measure.js';

const PROGRAM = fileURLToPath(new URL('crowd.py', import.meta.url));

/**
 * Starts `processes` processes that hold `descriptors` in all.
 *
 * @returns `stop()`, or a sentence that says what is missing
 */
export async function startCrowd(folder, processes, descriptors) {
  const python = firstOf([
    ['/usr/bin/python3', '--version'],
    ['python3', '--version'],
  ])?.[0];
  if (python === undefined) return 'no Python here: apt-get install python3';
  const words = [PROGRAM, folder, `${processes}`, `${Math.floor(descriptors / processes)}`];
  const child = spawn(python, words, { stdio: ['pipe', 'pipe', 'inherit'] });
  await new Promise((resolve, reject) => {
    child.stdout.once('data', resolve);
    child.once('exit', (code) => reject(new Error(`the crowd ended with code ${code}`)));
  });
  return {
    stop: () =>
      new Promise((resolve) => {
        child.removeAllListeners('exit');
        child.once('exit', resolve);
        child.stdin.end();
      }),
  };
}
