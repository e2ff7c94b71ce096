import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const RUSAGE = fileURLToPath(new URL('rusage.py', import.meta.url));

/** First of these that runs, or null. */
export function firstOf(commands) {
  return commands.find(([program, ...words]) => spawnSync(program, words, { stdio: 'ignore' }).status === 0) ?? null;
}

const python =
  firstOf([
    ['python3', '--version'],
    ['/usr/bin/python3', '--version'],
  ])?.[0] ?? null;

/** Runs a command once: wall seconds, peak resident bytes (null without Python) and the exit status. */
export function once(command, environment = {}) {
  const env = { ...process.env, ...environment };
  if (python !== null) {
    const line = execFileSync(python, [RUSAGE, ...command], {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const { seconds, kilobytes, status } = JSON.parse(line);
    return { seconds, bytes: kilobytes * 1024, status };
  }
  const start = performance.now();
  const { status } = spawnSync(command[0], command.slice(1), { env, stdio: ['ignore', 'ignore', 'inherit'] });
  return { seconds: (performance.now() - start) / 1000, bytes: null, status };
}

/**
 * Runs commands by turns, so that a slow minute of the machine is slow for all of them, and gives each one's medians.
 * One round before the first counts for nothing: it fills caches.
 *
 * @param commands name -> command line as words
 */
export function byTurns(commands, rounds, { warm = true } = {}) {
  const runs = new Map(Object.keys(commands).map((name) => [name, []]));
  for (let round = warm ? -1 : 0; round < rounds; round++) {
    for (const [name, command] of Object.entries(commands)) {
      const run = once(command);
      if (run.status !== 0) throw new Error(`${command.join(' ')} failed with status ${run.status}`);
      if (round >= 0) runs.get(name).push(run);
    }
  }
  return Object.fromEntries(
    [...runs].map(([name, list]) => [
      name,
      {
        seconds: median(list.map((run) => run.seconds)),
        bytes: list[0].bytes === null ? null : Math.max(...list.map((run) => run.bytes)),
      },
    ]),
  );
}

function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
