import { readFileSync } from 'node:fs';

/** One moment by three clocks. */
export interface Moment {
  /** CLOCK_MONOTONIC, in seconds since an arbitrary start: it stands still while the machine is suspended. */
  readonly seconds: number;
  /** CLOCK_BOOTTIME, in seconds since boot, which goes on while the machine is suspended; null where nothing tells it. */
  readonly uptime: number | null;
  /** The wall clock, in ms since the epoch: it may be set. */
  readonly wall: number;
}

/** Time, so that tests can have their own. */
export interface Clock {
  now(): Moment;
  /** Resolves after so many seconds, or as soon as `wake` is aborted. */
  wait(seconds: number, wake: AbortSignal): Promise<void>;
}

/** Seconds; `/proc/uptime` is exact to a hundredth, and a busy machine may wait between one clock and the next. */
const SHORTEST_SUSPEND = 0.5;
/** Without a clock that counts suspended time the wall clock has to do, which is also set by hand and by NTP. */
const SHORTEST_WALL_STEP = 5;

/** For how many seconds the machine was suspended between two moments; 0 if it was not. */
export function suspendedBetween(before: Moment, after: Moment): number {
  const awake = after.seconds - before.seconds;
  if (before.uptime !== null && after.uptime !== null) {
    const asleep = after.uptime - before.uptime - awake;
    return asleep >= SHORTEST_SUSPEND ? asleep : 0;
  }
  const asleep = (after.wall - before.wall) / 1000 - awake;
  return asleep >= SHORTEST_WALL_STEP ? asleep : 0;
}

/** The clocks of this machine. `uptimeFile` is proc_uptime(5). */
export function systemClock(uptimeFile = '/proc/uptime'): Clock {
  return {
    now: () => ({ seconds: Number(process.hrtime.bigint()) / 1e9, uptime: uptimeOf(uptimeFile), wall: Date.now() }),
    wait: (seconds, wake) =>
      new Promise((resolve) => {
        if (wake.aborted) return resolve();
        const done = (): void => {
          clearTimeout(timer);
          wake.removeEventListener('abort', done);
          resolve();
        };
        const timer = setTimeout(done, Math.max(0, seconds) * 1000);
        wake.addEventListener('abort', done);
      }),
  };
}

function uptimeOf(file: string): number | null {
  try {
    const uptime = Number.parseFloat(readFileSync(file, 'latin1'));
    return Number.isFinite(uptime) ? uptime : null;
  } catch {
    return null;
  }
}
