import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PROGRAM } from './run.ts';

/** The path of one of the small services. */
export function serviceFile(name: string): string {
  return fileURLToPath(new URL(`service/${name}`, import.meta.url));
}

/** Options that make a gate quick: a leak of one per request needs no more. */
export const QUICK = ['--requests', '400', '--settle', '1s', '--deadline', '100s', '--grace', '5s'] as const;

/** Pids of the processes whose environment holds this entry, found without the code under test. */
export function carrying(entry: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(entry);
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** Whether a pid runs, by ps(1)'s word; a zombie does not. */
export function runs(pid: number): boolean {
  return /^[^Z]/.test(spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim());
}

/** A gate that is under way. */
export class RunningGate {
  readonly #child: ChildProcess;
  #stdout = '';
  #stderr = '';
  readonly ended: Promise<{ status: number | null; stdout: string; stderr: string }>;

  constructor(words: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}) {
    this.#child = spawn(process.execPath, [PROGRAM, 'gate', ...words], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, LC_ALL: 'C.UTF-8', ...env },
    });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
    this.ended = new Promise((resolve) => {
      this.#child.on('close', (status) => resolve({ status, stdout: this.#stdout, stderr: this.#stderr }));
    });
  }

  /** What it wrote on stderr so far. */
  get said(): string {
    return this.#stderr;
  }

  get over(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  interrupt(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}
