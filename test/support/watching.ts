import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { PROGRAM } from './run.ts';

/** An object of `watch --format ndjson`: a sample, or the report. */
export type Told = Readonly<Record<string, unknown>> & {
  readonly kind?: 'sample';
  readonly growth?: number;
  readonly alive?: number;
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
}

/** Starts the built program as a user would, ten samples a second. */
export function startWatch(words: readonly string[]): Watching {
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
    until: (wanted) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          const found = told.find(wanted);
          if (found === undefined && !over) return;
          waiting.delete(check);
          if (found) resolve(found);
          else reject(new Error(`the watch ended before that: ${stderr}`));
        };
        waiting.add(check);
        check();
      }),
    end(signal = 'SIGINT') {
      child.kill(signal);
      return status;
    },
  };
}
