import { setTimeout as sleep } from 'node:timers/promises';
import { descriptorsOf, familyOf } from './family.ts';
import { sendRequests } from './load.ts';
import type { MatrixServer } from './matrix-server.ts';
import { type Running, startServer, type Truth } from './start.ts';

const WARM_UP = 20;

interface Sight {
  readonly counts: Map<number, number>;
  readonly truth: Truth[];
}

/** How a server did what it is said to do. */
export interface Checked {
  /** Descriptors lost per request, by the server's own account. */
  readonly rate: number;
  /** What it should be; null where nothing is said of it. */
  readonly promised: number | null;
  /** The rate is as it should be, but for what chance and unequal shares of workers do. */
  readonly right: boolean;
  /** Processes whose account and whose listing in /proc differ. */
  readonly differ: readonly number[];
  /** How many requests were answered with each status; 0 = not at all. */
  readonly answers: ReadonlyMap<number, number>;
}

/**
 * Whether a server does what it is said to do, without leaksof: a plain load, its own account, and the length of /proc/PID/fd
 * of each of its processes.
 */
export async function check(server: MatrixServer, load: number): Promise<Checked> {
  const running = await startServer(server);
  try {
    const method = server.method ?? 'GET';
    await sendRequests(running.url, WARM_UP, method);
    const before = await sight(running);
    const answers = await sendRequests(running.url, load, method);
    const after = await sight(running);
    const requests = sum(after, 'requests') - sum(before, 'requests');
    const rate = (sum(after, 'lost') - sum(before, 'lost')) / requests;
    const { expected } = server;
    const promised = expected.verdict === 'leak' ? expected.rate : expected.verdict === 'healthy' ? 0 : null;
    const scatter = expected.verdict === 'leak' && expected.random ? 4 * Math.sqrt(expected.rate / requests) : 0;
    const right = promised === null || Math.abs(rate - promised) <= Math.max(0.01 * promised, 4 / requests, scatter);
    return { rate, promised, right, differ: differing(before, after), answers };
  } finally {
    await running.stop();
  }
}

function differing(before: Sight, after: Sight): number[] {
  return after.truth.flatMap(({ pid, opened, closed }) => {
    const [was, is] = [before.counts.get(pid), after.counts.get(pid)];
    const earlier = before.truth.find((known) => known.pid === pid);
    if (was === undefined || is === undefined || earlier === undefined) return [];
    return is - was === opened - closed - earlier.opened + earlier.closed ? [] : [pid];
  });
}

/** Counts and account at one quiet moment: two looks alike, or the fifth. */
async function sight(running: Running): Promise<Sight> {
  let last = look(running);
  for (let tries = 0; tries < 5; tries++) {
    await sleep(100);
    const next = look(running);
    if (JSON.stringify([...next.counts, next.truth]) === JSON.stringify([...last.counts, last.truth])) return next;
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
