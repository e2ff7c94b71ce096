import { setTimeout as delay } from 'node:timers/promises';
import type { Child } from './child.ts';
import type { Relative } from './kin.ts';

/** Between two looks whether everybody is gone, ms. */
const LOOK_MS = 25;
/** SIGKILL is not refused; a process in the middle of a system call may take a while to notice, ms. */
const KILL_MS = 5000;

/** What was printed is there already: reading it takes no longer, ms. */
const HEARD_MS = 1000;

export interface StopWish {
  /** Sent to the process group first. */
  readonly signal: NodeJS.Signals;
  /** Time to end by themselves, in seconds. */
  readonly grace: number;
}

export interface Stopped {
  /** Had to be killed when the grace was over. */
  readonly killed: readonly Relative[];
  /** Had left the process group; asked to end too, and killed where they did not. */
  readonly strays: readonly Relative[];
  /** Still there: they do not answer SIGKILL, or belong to somebody else. */
  readonly left: readonly Relative[];
  /** Until everybody was gone. */
  readonly seconds: number;
}

/**
 * Ends a command and everybody who came from it. The process group is asked first; those outside it are asked once the
 * group is gone, since its leader may want to end them itself; whoever is there after the grace is killed.
 */
export async function stopChild(child: Child, { signal, grace }: StopWish): Promise<Stopped> {
  const began = performance.now();
  const strays = new Map<number, Relative>();
  const asked = new Set<string>();
  child.kin.look();
  child.signalGroup(signal);
  // A stopped process takes no other signal.
  child.signalGroup('SIGCONT');
  let killed: readonly Relative[] = [];
  let living = await waiting(child, began + grace * 1000, (now) => {
    const outside = child.strays(now);
    for (const stray of outside) strays.set(stray.pid, stray);
    if (outside.length < now.length) return;
    const fresh = outside.filter((stray) => !asked.has(keyOf(stray)));
    for (const stray of fresh) asked.add(keyOf(stray));
    child.signalEach(fresh, signal);
    child.signalEach(fresh, 'SIGCONT');
  });
  if (living.length > 0) {
    killed = living;
    const killAll = (now: readonly Relative[]): void => {
      child.signalGroup('SIGKILL');
      child.signalEach(now, 'SIGKILL');
    };
    killAll(living);
    living = await waiting(child, performance.now() + KILL_MS, killAll);
  }
  // The last words of those that are gone are in the pipes still. Whoever has left us unseen may hold these for ever.
  if (living.length === 0) await Promise.race([child.heard, delay(HEARD_MS, undefined, { ref: false })]);
  child.release();
  return { killed, strays: [...strays.values()], left: living, seconds: (performance.now() - began) / 1000 };
}

/** Looks again and again until nobody is left or the time is up. */
async function waiting(
  child: Child,
  until: number,
  each: (living: readonly Relative[]) => void,
): Promise<readonly Relative[]> {
  for (;;) {
    child.kin.look();
    let living = child.kin.living();
    // Before anybody is called gone the whole machine is asked.
    if (living.length === 0) living = child.kin.sweep();
    if (living.length === 0 || performance.now() >= until) return living;
    each(living);
    await delay(LOOK_MS);
  }
}

function keyOf({ pid, start }: Relative): string {
  return `${pid} ${start}`;
}
