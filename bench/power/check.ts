import { setTimeout as sleep } from 'node:timers/promises';
import type { MatrixServer } from '../../test/support/matrix/matrix-server.ts';
import { type Running, startServer, type Truth } from '../../test/support/matrix/start.ts';
import { descriptorsOf, familyOf } from './family.ts';
import { load } from './load.ts';

const WARM_UP = 20;
const REQUESTS = 300;

interface Sight {
  readonly counts: Map<number, number>;
  readonly truth: Truth[];
}

/**
 * Whether a server does what it is said to do, without leaksof: a plain load, its own account, and the length of /proc/PID/fd
 * of each of its processes.
 *
 * @returns a line of a table, and whether all agree
 */
export async function check(server: MatrixServer): Promise<{ line: string; right: boolean }> {
  const running = await startServer(server);
  try {
    const method = server.method ?? 'GET';
    await load(running.url, WARM_UP, method);
    const before = await sight(running);
    const answers = await load(running.url, REQUESTS, method);
    const after = await sight(running);
    const requests = sum(after, 'requests') - sum(before, 'requests');
    const lost = sum(after, 'lost') - sum(before, 'lost');
    const odd = [...after.truth].filter(({ pid, opened, closed }) => {
      const [was, is] = [before.counts.get(pid), after.counts.get(pid)];
      const earlier = before.truth.find((known) => known.pid === pid);
      if (was === undefined || is === undefined || earlier === undefined) return false;
      return is - was !== opened - closed - earlier.opened + earlier.closed;
    });
    const rate = lost / requests;
    const { expected } = server;
    const promised = expected.verdict === 'leak' ? expected.rate : expected.verdict === 'healthy' ? 0 : null;
    const error = promised === null ? 0 : Math.abs(rate - promised);
    const scatter = expected.verdict === 'leak' && expected.random ? 4 * Math.sqrt((promised ?? 0) / requests) : 0;
    const right = promised === null || error <= Math.max(0.01 * promised, 4 / requests, scatter);
    const said = [...answers].map(([status, count]) => `${count} x ${status || 'none'}`).join(' ');
    const listed = odd.length === 0 ? 'as listed' : `/proc differs in ${odd.length}`;
    const line = `${`${server.name.padEnd(48)} ${promised ?? '-'}`.padEnd(56)} ${rate.toFixed(4)} ${listed}   ${said}`;
    return { line, right };
  } finally {
    await running.stop();
  }
}

/** Counts and account at one quiet moment: two looks alike, or the fifth. */
async function sight(running: Running): Promise<Sight> {
  let last = look(running);
  for (let tries = 0; tries < 5; tries++) {
    await sleep(100);
    const next = look(running);
    if ([...next.counts].join() === [...last.counts].join() && next.truth.join() === last.truth.join()) return next;
    last = next;
  }
  return last;
}

function look(running: Running): Sight {
  return { counts: descriptorsOf(familyOf(running.pid)), truth: running.truth() };
}

function sum({ truth }: Sight, name: 'requests' | 'lost'): number {
  return truth.reduce((total, one) => total + one[name], 0);
}
