import { type ChildProcess, spawn } from 'node:child_process';
import { UsageError } from '../../model/error.ts';

/** How a job ended. */
export interface JobEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Seconds between the polite signal and the one that nobody can ignore. */
const GRACE_SECONDS = 5;
const STDERR = 2;

/**
 * A command that runs while it is watched, in a process group of its own: its signals come from us, and all of the group goes
 * when it has to. What it prints goes to stderr, since stdout is the answer's.
 */
export class Job {
  readonly command: readonly string[];
  readonly pid: number;
  /** Resolves when it has ended. */
  readonly ended: Promise<JobEnd>;
  readonly #child: ChildProcess;
  readonly #kill = (): void => this.#signalGroup('SIGKILL');

  private constructor(command: readonly string[], child: ChildProcess, pid: number) {
    this.command = command;
    this.pid = pid;
    this.#child = child;
    this.ended = new Promise((resolve) => {
      child.once('exit', (exitCode, signal) => {
        process.removeListener('exit', this.#kill);
        resolve({ exitCode, signal });
      });
    });
    // Nobody is left behind if we go first.
    process.once('exit', this.#kill);
  }

  /** @throws UsageError if it cannot be started */
  static async start(command: readonly string[]): Promise<Job> {
    const [program = '', ...words] = command;
    const child = spawn(program, words, { detached: true, stdio: ['inherit', STDERR, STDERR] });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (error) => {
        const { code } = error as NodeJS.ErrnoException;
        const why = code === 'ENOENT' ? 'no such command' : code === 'EACCES' ? 'permission denied' : error.message;
        reject(new UsageError(`Cannot start ${program}: ${why}.`, null, { cause: error }));
      });
    });
    return new Job(command, child, child.pid as number);
  }

  /** Passes a signal on. */
  signal(signal: NodeJS.Signals): void {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#signalGroup(signal);
  }

  /** Ends it: politely, then for good. */
  async stop(): Promise<JobEnd> {
    this.signal('SIGTERM');
    const timer = setTimeout(() => this.signal('SIGKILL'), GRACE_SECONDS * 1000);
    const end = await this.ended;
    clearTimeout(timer);
    return end;
  }

  #signalGroup(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.pid, signal);
    } catch (error) {
      // Everybody of the group is gone.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}
