import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';
import type { ChurnData } from '../../src/analysis/churn/churn-data.ts';
import type { ChurnLine } from '../../src/analysis/churn/line.ts';
import type { Finding } from '../../src/model/report.ts';
import { PROGRAM } from './run.ts';

const PREFORK = fileURLToPath(new URL('./prefork.py', import.meta.url));

type ChurnDocument = ChurnData & {
  readonly verdict: string;
  readonly findings: readonly Finding[];
  readonly coverage: { readonly complete: boolean; readonly hidden: readonly string[] };
};

/** A churn that runs. */
export interface Churning {
  readonly pid: number;
  readonly lines: readonly ChurnLine[];
  readonly stderr: string;
  /** Resolves when it has ended: its report and its exit code. */
  readonly ended: Promise<{ readonly report: ChurnDocument; readonly status: number | null }>;
  /** Resolves as soon as it is so. */
  until(wanted: () => boolean): Promise<void>;
  /** Interrupts it. */
  end(): Churning['ended'];
}

/** What a manager noted of itself. */
interface Noted {
  readonly what: 'fork' | 'wait';
  readonly pid: number;
  /** As waitpid(2) has it. */
  readonly status?: number;
}

/** A manager that does as it is told (prefork.py). */
export interface Prefork {
  readonly pid: number;
  readonly port: number;
  readonly child: ChildProcess;
  /** Tells it, and resolves when it is done. */
  tell(line: string): Promise<void>;
  readonly noted: readonly Noted[];
}

/** A text that grows, and those who wait for something in it. */
class Growing {
  text = '';
  #over = false;
  readonly #waiting = new Set<() => void>();

  add(chunk: string): void {
    this.text += chunk;
    this.wake();
  }

  wake(): void {
    for (const check of this.#waiting) check();
  }

  close(): void {
    this.#over = true;
    this.wake();
  }

  until(wanted: () => boolean, why: () => string): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        const found = wanted();
        if (!found && !this.#over) return;
        this.#waiting.delete(check);
        if (found) resolve();
        else reject(new Error(`it ended before that: ${why()}`));
      };
      this.#waiting.add(check);
      check();
    });
  }
}

/** Starts the built program as a user would, and resolves when it follows. */
async function startChurn(words: readonly string[], uid: number | null): Promise<Churning & { child: ChildProcess }> {
  const child = spawn(process.execPath, [PROGRAM, 'churn', ...words, '--format', 'ndjson'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
    ...(uid === null ? {} : { uid, gid: uid, cwd: '/' }),
  });
  const [out, err] = [new Growing(), new Growing()];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out.add(text);
    err.wake();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => err.add(text));
  const closed = once(child, 'close').then(([status]) => {
    out.close();
    err.close();
    return status as number | null;
  });
  const objects = (): (ChurnLine | ChurnDocument)[] =>
    out.text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  const lines = (): ChurnLine[] => objects().filter((one): one is ChurnLine => 'kind' in one);
  const ended = closed.then((status) => {
    const report = objects().find((one): one is ChurnDocument => !('kind' in one));
    if (!report) throw new Error(`no report: ${err.text}`);
    return { report, status };
  });
  ended.catch(() => {});
  await err.until(
    () => err.text.includes('leaksof: following '),
    () => err.text,
  );
  return {
    child,
    pid: child.pid ?? 0,
    get lines() {
      return lines();
    },
    get stderr() {
      return err.text;
    },
    ended,
    until: (wanted) => out.until(wanted, () => `${out.text}${err.text}`),
    end() {
      child.kill('SIGINT');
      return ended;
    },
  };
}

async function startPrefork(mode: string, folder: string): Promise<Prefork> {
  const log = join(folder, `${mode}.log`);
  writeFileSync(log, '');
  const child = spawn('python3', [PREFORK, mode, log], { stdio: ['pipe', 'pipe', 'inherit'] });
  const out = new Growing();
  child.stdout.setEncoding('utf8').on('data', (text: string) => out.add(text));
  child.once('close', () => out.close());
  const done = () => out.text.split('DONE\n').length - 1;
  await out.until(
    () => out.text.includes('\n'),
    () => out.text,
  );
  const { pid, port } = JSON.parse(/^READY (.*)$/m.exec(out.text)?.[1] ?? '{}') as { pid: number; port: number };
  return {
    pid,
    port,
    child,
    async tell(line) {
      const before = done();
      child.stdin.write(`${line}\n`);
      await out.until(
        () => done() > before,
        () => out.text,
      );
    },
    get noted() {
      const text = readFileSync(log, 'utf8').trimEnd();
      return text === '' ? [] : text.split('\n').map((line) => JSON.parse(line) as Noted);
    },
  };
}

/** Managers and churns for the tests of a file, gone after each. */
export function useChurns() {
  const children: ChildProcess[] = [];
  let folder: string | null = null;
  afterEach(async () => {
    await Promise.all(
      children.splice(0).map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        child.kill('SIGKILL');
        await once(child, 'exit');
      }),
    );
    if (folder !== null) rmSync(folder, { recursive: true, force: true });
    folder = null;
  });
  return {
    async prefork(mode: string): Promise<Prefork> {
      folder ??= mkdtempSync(join(tmpdir(), 'leaksof-churn-'));
      const one = await startPrefork(mode, folder);
      children.push(one.child);
      return one;
    },
    async churn(words: readonly string[], uid: number | null = null): Promise<Churning> {
      const one = await startChurn(words, uid);
      children.push(one.child);
      return one;
    },
  };
}

/** Ends of a manager's workers, as a churn tells them, by pid. */
export function endsOf(churning: Churning, manager: number): Map<number, string> {
  const ends = churning.lines.filter((line) => line.kind === 'ended').filter(({ parent }) => parent === manager);
  return new Map(ends.map(({ pid, status }) => [pid, status]));
}

/** A folder and programs with all that they start, gone after each test of a file. */
export function useSupervised() {
  const groups: number[] = [];
  const folders: string[] = [];
  afterEach(() => {
    for (const pid of groups.splice(0)) {
      try {
        process.kill(-pid, 'SIGKILL');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    }
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
  return {
    supervised() {
      const folder = mkdtempSync(join(tmpdir(), 'leaksof-churn-'));
      folders.push(folder);
      return {
        folder,
        /** Starts a program in a process group of its own, its stderr in FOLDER/log; its pid. */
        run(file: string, words: readonly string[]): number {
          const log = openSync(join(folder, 'log'), 'a');
          const child = spawn(file, words, { stdio: ['ignore', 'ignore', log], detached: true });
          closeSync(log);
          if (child.pid === undefined) throw new Error(`cannot start ${file}`);
          groups.push(child.pid);
          return child.pid;
        },
      };
    },
  };
}
