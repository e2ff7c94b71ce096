import type { Slot } from './slot.ts';
import type { EndKind } from './wait-status.ts';

/** Seconds. A worker that works lives longer than it takes to start and to fail; the rule of restarts that this follows asks for 10. */
const SHORT = 10;
/** Ends from which one speaks of a loop. */
const LOOP = 3;
/** Ends with status 0 of a process that lives no longer, in seconds, are a task done and no worker recycled. */
const BRIEF = 1;
/**
 * What a slot's ends mean. `perhaps-` where no status is known and only the lifetimes speak.
 * `recycled`: status 0, or a signal that asks to go. `brief`: the same within a second, again and again: a task, or a worker that gives up.
 */
export type SlotVerdict =
  | 'steady'
  | 'recycled'
  | 'brief'
  | 'failing'
  | 'crash-loop'
  | 'perhaps-recycled'
  | 'perhaps-crash-loop';

/** Whether an end counts against a budget of exits: not a planned one, and of those nobody could tell only a short life. */
export function counts(kind: EndKind, lifetime: number): boolean {
  return kind === 'failed' || kind === 'killed' || (kind === 'unknown' && lifetime < SHORT);
}

/** @param leaks whether its lives keep descriptors until they end, or requests do */
export function slotVerdict(slot: Slot, leaks: boolean): SlotVerdict {
  const { ends, exits, lifetimes, faultyLifetimes, unknownLifetimes } = slot;
  if (exits === 0) return slot.unseenLeast >= LOOP ? 'perhaps-crash-loop' : 'steady';
  const faults = ends.failed + ends.killed;
  if (faults >= LOOP && (faultyLifetimes.median ?? 0) < SHORT) return 'crash-loop';
  const planned = ends.clean + ends.stopped;
  const untold = ends.unknown > planned;
  // Somebody measures out what they serve, however short a time that takes under load; so it is with who gains by serving.
  const measured = regularity(slot) === 'descriptors' || leaks;
  // Of most it is not known how they ended: that of few it is, and that it was a fault, does not make them the only ones.
  if (untold && ends.unknown >= LOOP && !measured && (unknownLifetimes.median ?? 0) < SHORT)
    return 'perhaps-crash-loop';
  if (faults > 0) return 'failing';
  if (untold) return 'perhaps-recycled';
  return exits >= LOOP && !measured && (lifetimes.median ?? 0) < BRIEF ? 'brief' : 'recycled';
}

/** What lives of a slot have in common when they end; null for nothing. */
export function regularity({ atDeath, lifetimes, endedKept }: Slot): 'lifetime' | 'descriptors' | null {
  if (endedKept > 0 && atDeath.size >= LOOP && atDeath.alike) return 'descriptors';
  return lifetimes.size >= LOOP && lifetimes.alike ? 'lifetime' : null;
}

/** Whether the lives of a slot keep descriptors until they end: most of those that can be judged go on growing. */
export function leaksInside({ growing, judged, kept }: Slot): boolean {
  return kept > 0 && growing >= 2 && growing * 2 > judged;
}
