import { socketHolders } from '../../source/proc/network/socket-holders.ts';
import { tcpListeners } from '../../source/proc/network/tcp-endpoints.ts';
import { unixListeners } from '../../source/proc/network/unix-listeners.ts';
import { wakeUps } from '../../source/proc/process/activity.ts';
import { descendantsOf } from '../../source/proc/process/descendants.ts';
import { listProcesses } from '../../source/proc/process/processes.ts';
import { readStat } from '../../source/proc/process/read-stat.ts';
import { isBystander } from './forwarder.ts';

/** Times that a process, or one of its like, must have been woken for each request, above what they are woken anyway. */
const WOKEN = 0.5;
/** Of so many bursts one may have a pause in which it was woken as well. */
const RESTLESS = 4;
/** What init has in its care need have nothing else in common. */
const INIT = 1;
/** kthreadd, the parent of all kernel threads. */
const KERNEL = 2;
/** How far up a listening ancestor is looked for. */
const PARENTS = 2;

/** A process that works whenever the family does, and what it listens on. */
export interface Upstream {
  readonly pid: number;
  readonly command: string;
  /** `127.0.0.1:8000` or the path of a unix socket. */
  readonly address: string;
}

/** How often each process had been woken at one moment. */
export interface Wakes {
  readonly time: number;
  readonly counts: ReadonlyMap<number, number>;
}

/** A few requests with a pause behind them, and the moments around both. */
export interface Burst {
  readonly requests: number;
  readonly start: Wakes;
  readonly end: Wakes;
  readonly paused: Wakes;
}

export function readWakes(root: string): Wakes {
  const counts = new Map<number, number>();
  for (const pid of listProcesses(root)) {
    const count = wakeUps(`${root}/${pid}`);
    if (count !== null) counts.set(pid, count);
  }
  return { time: performance.now(), counts };
}

/**
 * Servers on this machine that the family asks while it answers: processes that listen somewhere, were woken with the
 * requests of every burst, and slept in the pauses. Connections to them are too short to be caught in the act, and
 * those over unix sockets stand in no table that says who is at the other end; waking up is what both have in common.
 *
 * Workers of one parent share the requests, so their wake-ups are summed.
 *
 * @param without the family itself
 */
export function upstreams(root: string, bursts: readonly Burst[], without: ReadonlySet<number>): Upstream[] {
  const found: Upstream[] = [];
  if (bursts.length === 0) return found;
  for (const team of teams(root, bursts[bursts.length - 1].end, without)) {
    if (workAlong(team, bursts) && sleeps(team, bursts)) addServers(root, team, without, found);
  }
  return found;
}

/**
 * The same of those that the family keeps connections to, by who listens at their other ends: that they are asked is known
 * then, and what else wakes them is no matter.
 *
 * @param listening by address
 */
export function keptUpstreams(
  root: string,
  listening: Iterable<readonly number[]>,
  bursts: readonly Burst[],
  without: ReadonlySet<number>,
): Upstream[] {
  const found: Upstream[] = [];
  for (const holders of listening) {
    const pids = holders.filter((pid) => !without.has(pid));
    if (workAlong([...pids, ...descendantsOf(root, pids)], bursts)) addServers(root, pids, without, found);
  }
  return found;
}

function addServers(root: string, pids: readonly number[], without: ReadonlySet<number>, found: Upstream[]): void {
  for (const pid of pids) {
    const server = listeningServer(root, pid, without);
    if (server !== null && !found.some((other) => other.pid === server.pid)) found.push(server);
  }
}

/** Processes that may be asked, those of one parent with one command together. */
function teams(root: string, { counts }: Wakes, without: ReadonlySet<number>): number[][] {
  const known = new Map<string, number[]>();
  for (const pid of counts.keys()) {
    if (without.has(pid) || pid === process.pid) continue;
    const stat = readStat(`${root}/${pid}`);
    if (!stat || stat.ppid === KERNEL || pid === KERNEL || isBystander(stat.command)) continue;
    const key = stat.ppid <= INIT ? `${pid}` : `${stat.ppid} ${stat.command}`;
    known.set(key, [...(known.get(key) ?? []), pid]);
  }
  return [...known.values()];
}

/** Whether they were woken with the requests of every burst. */
function workAlong(team: readonly number[], bursts: readonly Burst[]): boolean {
  return bursts.every(({ requests, start, end }) => wokenBetween(team, start, end) >= requests * WOKEN);
}

/**
 * Whether they were woken more than by what wakes them in the pauses: all in all, and in each burst, but for one in so many. A
 * pause is short, and a worker that happens to clean up in one is no less asked.
 */
function sleeps(team: readonly number[], bursts: readonly Burst[]): boolean {
  const all = bursts.map(({ requests, start, end, paused }) => ({
    requests,
    woken: wokenBetween(team, start, end),
    anyway: wokenBetween(team, end, paused),
    working: end.time - start.time,
    pausing: paused.time - end.time,
  }));
  const whole = all.reduce((sum, one) => ({
    requests: sum.requests + one.requests,
    woken: sum.woken + one.woken,
    anyway: sum.anyway + one.anyway,
    working: sum.working + one.working,
    pausing: sum.pausing + one.pausing,
  }));
  const restless = all.filter((one) => !standsOut(one)).length;
  return standsOut(whole) && restless <= Math.floor(bursts.length / RESTLESS);
}

interface Woken {
  readonly requests: number;
  readonly woken: number;
  /** In the pause. */
  readonly anyway: number;
  /** ms of requests, and of pause. */
  readonly working: number;
  readonly pausing: number;
}

function standsOut({ requests, woken, anyway, working, pausing }: Woken): boolean {
  return woken >= requests * WOKEN + 2 * anyway * (working / Math.max(1, pausing));
}

/** One that began meanwhile counts from there on, one that ended not at all. */
function wokenBetween(team: readonly number[], from: Wakes, to: Wakes): number {
  return team.reduce((sum, pid) => {
    const count = to.counts.get(pid);
    return count === undefined ? sum : sum + count - (from.counts.get(pid) ?? count);
  }, 0);
}

/**
 * The farthest of those that a process descends from that listens, or the process itself: a database's workers do not listen,
 * and workers that share a listener are all found below the one that made it.
 */
function listeningServer(root: string, pid: number, without: ReadonlySet<number>): Upstream | null {
  let farthest: Upstream | null = null;
  for (let at = pid, steps = 0; steps <= PARENTS && at > INIT && !without.has(at); steps++) {
    const stat = readStat(`${root}/${at}`);
    if (!stat) break;
    const address = listeningAddress(root, at);
    if (address !== null && (farthest === null || farthest.address === address)) {
      farthest = { pid: at, command: stat.command, address };
    }
    at = stat.ppid;
  }
  return farthest;
}

/** What a process listens on, the first of it; null if nothing, or if that cannot be read. */
function listeningAddress(root: string, pid: number): string | null {
  const folder = `${root}/${pid}`;
  const listening = new Map<string, string>(unixListeners(folder));
  for (const { inode, local } of tcpListeners(folder)) listening.set(inode, local);
  const inodes = new Set(listening.keys());
  const [held] = socketHolders(root, inodes, [pid]).holders.keys();
  if (held === undefined) return null;
  return listening.get(held) || '(unnamed socket)';
}
