import { Child } from '../child/child.ts';
import { stopChild } from '../child/stop.ts';

export interface HookSettings {
  /** The program and its words. No shell is between us and it. */
  readonly command: readonly string[];
  /** Seconds it has. */
  readonly timeout: number;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** How a hook ended. */
export interface HookEnd {
  /** null if all went well. */
  readonly failure: string | null;
  /** Whole lines of what it printed, the first ones. */
  readonly lines: readonly string[];
  /** Bytes that it printed beyond those. */
  readonly unread: number;
}

/** Bytes of output that are kept, and those from which a hook floods us and is killed. */
const KEPT = 4096;
const FLOOD = 1 << 20;
/** Seconds between the polite signal and the one that nobody can ignore. */
const GRACE = 1;
/** For what it printed last, once it has ended. ms */
const LAST_WORDS_MS = 500;

/** A hook that runs. */
export interface RunningHook {
  readonly end: Promise<HookEnd>;
  /** Kills it with everybody who came from it. */
  kill(): void;
}

/**
 * Runs a hook with a document on its stdin, in a session of its own. It is ended when its time is up, killed when it floods
 * us, and whatever it leaves running is ended too: nobody outlives a hook. It does not throw: what goes wrong is its end.
 */
export function runHook({ command, timeout, env }: HookSettings, input: string): RunningHook {
  const kept: Buffer[] = [];
  let [bytes, flooded, killed] = [0, false, false];
  let child: Child | null = null;
  const kill = (): void => {
    killed = true;
    child?.killNow();
  };
  const pass = (chunk: Buffer): void => {
    if (bytes < KEPT) kept.push(chunk.subarray(0, KEPT - bytes));
    bytes += chunk.length;
    if (bytes <= FLOOD || flooded) return;
    flooded = true;
    child?.killNow();
  };
  const run = async (): Promise<HookEnd> => {
    const failure = await endOf();
    const text = Buffer.concat(kept).toString('utf8');
    return {
      failure,
      lines: text.split('\n').filter((line) => line.trim() !== ''),
      unread: Math.max(0, bytes - KEPT),
    };
  };
  const endOf = async (): Promise<string | null> => {
    try {
      child = await Child.start(command, { env, pass, input });
    } catch (error) {
      return error instanceof Error ? error.message.replace(/\.$/, '') : String(error);
    }
    if (killed) child.killNow();
    const late = await takes(child.end, timeout * 1000);
    if (!late) await takes(child.heard, LAST_WORDS_MS);
    // Who was killed at once is gone already.
    if (killed) return 'was killed, since the watch ended';
    if (flooded) return `printed more than ${FLOOD >> 10} KiB and was killed`;
    const left = child.kin.sweep().length;
    const stopped = await stopChild(child, { signal: 'SIGTERM', grace: late ? GRACE : 0 });
    if (late) return `was ended after ${timeout} s${stopped.killed.length > 0 ? ', by SIGKILL' : ''}`;
    const { code, signal } = child.ended ?? { code: null, signal: null };
    if (signal !== null) return `was ended by ${signal}`;
    if (code !== 0) return `ended with exit code ${code}`;
    return left > 0 ? `left ${left} ${left === 1 ? 'process' : 'processes'} running, ended now` : null;
  };
  return { end: run(), kill };
}

/** Whether something takes longer than this; waits until that is known. */
async function takes(work: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(true), ms);
  });
  const result = await Promise.race([work.then(() => false), late]);
  clearTimeout(timer);
  return result;
}
