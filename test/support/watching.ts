import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { type Opener, startOpener } from './opener.ts';
import { PROGRAM } from './run.ts';

/** An object of `watch --format ndjson`: a sample, or the report. */
export type Told = Readonly<Record<string, unknown>> & {
  readonly kind?: 'sample' | 'alert' | 'clear' | 'started' | 'ended' | 'left';
  readonly growth?: number;
  readonly alive?: number;
  /** Of an alert there are none. */
  readonly processes: readonly Readonly<Record<string, unknown>>[];
};

/** A watch that runs. */
export interface Watching {
  readonly child: ChildProcess;
  /** Everything it has printed so far. */
  readonly told: readonly Told[];
  /** Resolves with the first object, from now on or earlier, that is as wanted. */
  until(wanted: (object: Told) => boolean): Promise<Told>;
  /** Sends a signal, and resolves when it has ended. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
  /** Resolves when it has ended. */
  readonly status: Promise<number | null>;
  readonly stderr: string;
  /** Resolves with a match, from now on or earlier, in what it says on stderr. */
  says(wanted: RegExp): Promise<RegExpExecArray>;
}

/** Starts the built program as a user would, ten samples a second. */
function startWatch(words: readonly string[]): Watching {
  const child = spawn(process.execPath, [PROGRAM, 'watch', '--every', '100ms', '--format', 'ndjson', ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  });
  const told: Told[] = [];
  const waiting = new Set<() => void>();
  const wake = (): void => {
    for (const check of waiting) check();
  };
  let [text, stderr] = ['', ''];
  let over = false;
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (text + chunk).split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) told.push(JSON.parse(line));
    wake();
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
    wake();
  });
  const awaited = <T>(look: () => T | undefined): Promise<T> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        const found = look();
        if (found === undefined && !over) return;
        waiting.delete(check);
        if (found !== undefined) resolve(found);
        else reject(new Error(`the watch ended before that: ${stderr}`));
      };
      waiting.add(check);
      check();
    });
  const status = once(child, 'close').then(([code]) => {
    over = true;
    wake();
    return code as number | null;
  });
  return {
    child,
    told,
    status,
    get stderr() {
      return stderr;
    },
    until: (wanted) => awaited(() => told.find(wanted)),
    says: (wanted) => awaited(() => wanted.exec(stderr) ?? undefined),
    end(signal = 'SIGINT') {
      child.kill(signal);
      return status;
    },
  };
}

/** A folder, an opener and watches for each test of a file, gone after it. */
export function useWatches() {
  const watches: Watching[] = [];
  const openers: Opener[] = [];
  const held: { folder: string; opener: Opener | null } = { folder: '', opener: null };
  const open = async (): Promise<Opener> => {
    const one = await startOpener();
    openers.push(one);
    return one;
  };
  beforeEach(async () => {
    held.folder = mkdtempSync(join(tmpdir(), 'leaksof-watch-'));
    held.opener = await open();
  });
  afterEach(async () => {
    for (const { child } of watches.splice(0)) child.kill('SIGKILL');
    await Promise.all(openers.splice(0).map((one) => one.kill()));
    rmSync(held.folder, { recursive: true, force: true });
  });
  return {
    /** The opener of this test. */
    get opener(): Opener {
      if (held.opener === null) throw new Error('there is an opener only inside a test');
      return held.opener;
    },
    /** Another one. */
    open,
    /** A file of this test. */
    place: (name: string) => join(held.folder, name),
    watch(...words: readonly string[]): Watching {
      const one = startWatch(words);
      watches.push(one);
      return one;
    },
  };
}

/** A sample in which so many descriptors have been gained. */
export const grown =
  (by: number) =>
  (object: Told): boolean =>
    object.kind === 'sample' && object.growth === by;

/** The first sample that has seen somebody. */
export const firstSample = (object: Told): boolean => object.kind === 'sample' && (object.alive ?? 0) > 0;
