import type { SignalMasks } from '../../model/signal-masks.ts';

/**
 * What a process will do when a signal comes.
 *
 * - `default`: it dies at once, for certain;
 * - `ignored`, `blocked`: it will not stop;
 * - `caught`, `awaited` (by a signalfd or in sigwait): its own code decides. A program that drains and one that drops its work
 *   look the same before the signal, so nothing is claimed;
 * - `unknown`: it may be what somebody waits for, which could not be looked up.
 */
export type Disposition = 'default' | 'ignored' | 'blocked' | 'caught' | 'awaited' | 'unknown';

/** Signals that ask a process to end, by number (signal(7)); the default action of each is to terminate. */
export const ENDING_SIGNALS: Readonly<Record<string, number>> = { TERM: 15, INT: 2, HUP: 1, QUIT: 3 };

/** Signals that nobody can catch, block or ignore. */
const FORCED: readonly number[] = [9, 19];
/** Those whose default is not to end the process: CHLD, CONT, STOP, TSTP, TTIN, TTOU, URG, WINCH. */
const HARMLESS: readonly number[] = [17, 18, 19, 20, 21, 22, 23, 28];

export function dispositionOf(masks: SignalMasks, signal: number): Disposition {
  const has = (mask: bigint): boolean => holds(mask, signal);
  if (FORCED.includes(signal)) return masks.init ? 'ignored' : 'default';
  if (has(masks.ignored)) return 'ignored';
  if (has(masks.awaited)) return 'awaited';
  if (has(masks.blocked)) return masks.searched ? 'blocked' : 'unknown';
  if (has(masks.caught)) return 'caught';
  if (masks.waits) return 'unknown';
  return masks.init || HARMLESS.includes(signal) ? 'ignored' : 'default';
}

/** Whether a signal stands in a mask. */
export function holds(mask: bigint, signal: number): boolean {
  return ((mask >> BigInt(signal - 1)) & 1n) === 1n;
}
