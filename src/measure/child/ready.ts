import { setTimeout as delay } from 'node:timers/promises';
import { listDescriptors } from '../../source/proc/descriptor/listing.ts';
import { networkNamespaces } from '../../source/proc/network/network-namespaces.ts';
import { socketHolders } from '../../source/proc/network/socket-holders.ts';
import { portOf, TcpState, tcpEndpoints } from '../../source/proc/network/tcp-endpoints.ts';
import { answers } from './answers.ts';
import type { Child } from './child.ts';

/** Between two looks, ms. */
const LOOK_MS = 50;

export interface ReadyWish {
  /** Ports that must be listened on by somebody who came from the command; empty = not asked. */
  readonly ports: readonly number[];
  /** A URL that must answer, with any status below 500; null = not asked. */
  readonly url: string | null;
  /** What a line of the output must match; null = not asked. */
  readonly log: RegExp | null;
  /** Seconds. */
  readonly timeout: number;
}

/** `ended` everybody who came from the command is gone; `late` the time is up; `interrupted` by a signal. */
export type Readiness =
  | { readonly state: 'ready'; readonly seconds: number }
  | { readonly state: 'ended' | 'late' | 'interrupted'; readonly seconds: number; readonly missing: string };

/** Waits until a command is ready to serve. */
export async function waitUntilReady(child: Child, wish: ReadyWish, signal: AbortSignal): Promise<Readiness> {
  const began = performance.now();
  let seen = wish.log === null;
  const forget = child.output.onLine((line) => {
    seen ||= wish.log?.test(line) ?? true;
  });
  try {
    for (;;) {
      const missing = await missingOf(child, wish, seen, signal);
      const seconds = (performance.now() - began) / 1000;
      if (missing === null) return { state: 'ready', seconds };
      if (signal.aborted) return { state: 'interrupted', seconds, missing };
      if (child.ended !== null && child.kin.sweep().length === 0) return { state: 'ended', seconds, missing };
      if (seconds >= wish.timeout) return { state: 'late', seconds, missing };
      await Promise.race([delay(LOOK_MS), ...(child.ended === null ? [child.end] : [])]);
    }
  } finally {
    forget();
  }
}

/** What is still waited for, in words; null if nothing is. */
async function missingOf(child: Child, wish: ReadyWish, seen: boolean, signal: AbortSignal): Promise<string | null> {
  if (!seen) return `no line of its output matched ${wish.log?.source}`;
  if (wish.url !== null && !(await answers(wish.url, signal))) return `${wish.url} did not answer`;
  const silent = wish.ports.length === 0 ? [] : silentPorts(child, wish.ports);
  if (silent.length === 0) return null;
  return `it did not listen on port ${silent.join(', ')}`;
}

function silentPorts(child: Child, ports: readonly number[]): number[] {
  child.kin.look();
  const pids = child.kin.living().map(({ pid }) => pid);
  const wanted = new Map<string, number>();
  for (const { folder } of networkNamespaces('/proc', pids)) {
    for (const { state, local, inode } of tcpEndpoints(folder) ?? []) {
      const port = portOf(local);
      if (state === TcpState.listen && port !== null && ports.includes(port)) wanted.set(inode, port);
    }
  }
  const { holders } = socketHolders('/proc', new Set(wanted.keys()), pids);
  const heard = new Set([...holders.keys()].map((inode) => wanted.get(inode)));
  // Whose descriptors may not be read (sudo, a setuid program) may be the one that listens.
  const unseen = pids.some((pid) => !mayBeRead(pid));
  const open = new Set(unseen ? wanted.values() : []);
  return ports.filter((port) => !heard.has(port) && !open.has(port));
}

function mayBeRead(pid: number): boolean {
  try {
    listDescriptors(`/proc/${pid}`);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code !== 'EACCES' && code !== 'EPERM';
  }
}
