import type { EndFile } from '../../analysis/pipes/end.ts';
import type { BlockedFact, Observation } from '../../analysis/pipes/observation.ts';
import { type BlockedThread, lookAtThreads, stillBlocked } from '../../source/proc/blocked/blocked-threads.ts';
import { knowsCalls } from '../../source/proc/blocked/blocking-call.ts';
import type { FillMethod } from '../../source/proc/fill/fill.ts';
import type { Clock } from '../clock.ts';
import { lookAtFill, lookAtFlags } from './fill.ts';
import { lookAtSockets } from './sockets.ts';

/** Seconds between two looks at a thread: one that moves at all has moved by then. */
const BETWEEN = 0.1;

export interface LookOptions {
  /** Folder of the proc tree. */
  readonly root: string;
  /** Whether pipes may be asked how full they are, which opens them for a moment. */
  readonly fill: boolean;
  /** Ways to ask, best first; all there are where not given. */
  readonly methods?: readonly FillMethod[];
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Looks at the threads, queues and, if asked for, the fill behind these files. */
export async function lookAtPipes(files: readonly EndFile[], options: LookOptions): Promise<Observation> {
  const { root, clock, signal, methods } = options;
  const chosen = files.filter((file) => file.chosen);
  const pids = new Set(files.flatMap(({ ends }) => ends.map(({ pid }) => pid)));
  const first = lookAtThreads(root, pids);
  const began = clock.now().seconds;
  const sockets = lookAtSockets(root, pids);
  const seconds = clock.now().seconds;
  // Pids of a tree that is mounted elsewhere are those of another namespace: the kernel takes ours.
  const own = root === '/proc';
  const fill = options.fill && own ? lookAtFill(chosen, !sockets.whole, methods) : null;
  const flags = lookAtFlags(root, chosen);
  await clock.wait(BETWEEN - (clock.now().seconds - began), signal);
  const blocked = stillBlocked(root, first);
  return {
    seconds,
    fill: {
      asked: options.fill,
      method: fill?.method ?? null,
      why: options.fill && !own ? `${root} is another proc tree: its processes cannot be reached` : (fill?.why ?? null),
    },
    fills: fill?.fills ?? new Map(),
    flags,
    blocked: withKeys(blocked, files),
    unix: new Map([...(fill?.unix ?? []), ...sockets.unix]),
    tcp: sockets.tcp,
    hidden: [...sockets.hidden, ...threadsHidden(first.refused.size)],
  };
}

function threadsHidden(refused: number): string[] {
  if (!knowsCalls(process.arch))
    return [`whether threads are blocked is not known: calls have other numbers on ${process.arch}`];
  if (refused === 0) return [];
  return [
    `whether threads of ${refused} ${refused === 1 ? 'process' : 'processes'} are blocked is not known (not permitted)`,
  ];
}

/** Threads that sleep over one of these files. */
function withKeys(threads: readonly BlockedThread[], files: readonly EndFile[]): BlockedFact[] {
  const byEnd = new Map<string, EndFile>();
  for (const file of files) for (const { pid, number } of file.ends) byEnd.set(`${pid}/${number}`, file);
  const links = files.filter(({ kind }) => kind !== 'fifo');
  const byNode = new Map(links.map((file) => [`${file.kind === 'pipe' ? 'pipe' : 'socket'}:[${file.node}]`, file]));
  return threads.flatMap(({ link, ...thread }) => {
    const file = byNode.get(link) ?? byEnd.get(`${thread.pid}/${thread.descriptor}`);
    if (!file || (/^(?:pipe|socket):\[/.test(link) && byNode.get(link) !== file)) return [];
    return [{ ...thread, key: file.key }];
  });
}
