import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { UsageError } from '../../model/error.ts';
import { Kin, type Relative } from './kin.ts';
import { Output } from './output.ts';

/** Variable by which descendants are known; its value is random. */
const MARK = 'LEAKSOF_GATE';
/** Between two looks for new descendants, ms. */
const LOOK_MS = 200;

/** How a command ended: a code, or the signal that ended it. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ChildOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Takes every byte that the command prints. */
  readonly pass: (bytes: Buffer) => void;
  /** What it finds on its stdin, and then the end of it; /dev/null where not given. */
  readonly input?: string;
}

/**
 * A command in a session of its own, with everybody who comes from it. Should this program end without
 * having stopped it, by a second signal or an error, all of them are killed; only SIGKILL leaves no time for that.
 */
export class Child {
  readonly #first: ChildProcess;
  readonly #timer: NodeJS.Timeout;
  readonly #killOnExit = (): void => this.killNow();
  #ended: Ended | null = null;
  #released = false;
  /** Leader of its process group and session. */
  readonly pid: number;
  readonly kin: Kin;
  readonly output: Output;
  /** Resolves when the first process has ended, whoever else still runs. */
  readonly end: Promise<void>;
  /** Resolves when all that it printed has been read, by it and by everybody who still has its pipes. */
  readonly heard: Promise<void>;

  private constructor(started: ChildProcess, pid: number, mark: string, output: Output) {
    this.#first = started;
    this.pid = pid;
    this.output = output;
    this.kin = new Kin({ root: '/proc', leader: pid, mark });
    this.kin.look();
    this.#timer = setInterval(() => this.kin.look(), LOOK_MS).unref();
    this.end = new Promise((resolve) => {
      started.once('exit', (code, signal) => {
        this.#ended = { code, signal };
        resolve();
      });
    });
    this.heard = new Promise((resolve) => started.once('close', () => resolve()));
    process.once('exit', this.#killOnExit);
  }

  /** @throws UsageError for a command that cannot be started */
  static async start(words: readonly string[], { env, pass, input }: ChildOptions): Promise<Child> {
    const [file = '', ...rest] = words;
    const token = randomBytes(16).toString('hex');
    const started = spawn(file, rest, {
      detached: true,
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      env: { ...env, [MARK]: token },
    });
    const output = new Output(pass);
    if (started.stdout) output.read(started.stdout);
    if (started.stderr) output.read(started.stderr);
    const { pid } = started;
    if (pid === undefined) {
      const [error] = await once(started, 'error');
      throw notStarted(file, error);
    }
    // It may end, or close its stdin, without having read it.
    started.stdin?.on('error', () => {});
    started.stdin?.end(input);
    // Sending to a process that is gone is told as an event too.
    started.on('error', () => {});
    return new Child(started, pid, `${MARK}=${token}`, output);
  }

  /** How the first process ended; null while it runs. */
  get ended(): Ended | null {
    return this.#ended;
  }

  /** Those that left the process group: daemons, and what starts sessions of its own. */
  strays(living: readonly Relative[]): Relative[] {
    return living.filter(({ group }) => group !== this.pid);
  }

  signalGroup(signal: NodeJS.Signals): void {
    send(-this.pid, signal);
  }

  signalEach(relatives: readonly Relative[], signal: NodeJS.Signals): void {
    for (const { pid } of relatives) send(pid, signal);
  }

  /** Kills everybody at once, without waiting. */
  killNow(): void {
    // The pid may be somebody else's by now.
    if (this.#released) return;
    this.signalGroup('SIGKILL');
    // One that is killed starts no other, so the second look finds who was started during the first.
    for (let round = 0; round < 2; round++) this.signalEach(this.kin.sweep(), 'SIGKILL');
    this.release();
  }

  /** Everybody is gone: nothing is left to look after. */
  release(): void {
    this.#released = true;
    clearInterval(this.#timer);
    process.removeListener('exit', this.#killOnExit);
    // A daemon that survived may hold the pipes; they must not hold us.
    this.#first.stdin?.destroy();
    this.#first.stdout?.destroy();
    this.#first.stderr?.destroy();
    this.#first.unref();
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // ESRCH: it ended by itself. EPERM: it became somebody else's; who is still there is told afterwards.
  }
}

function notStarted(file: string, error: unknown): UsageError {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'ENOENT') {
    return new UsageError(
      `${file}: there is no such program, or its first line names none.`,
      'a line for a shell: leaksof gate --url URL -- sh -c "..."',
      { cause: error },
    );
  }
  const why = code === 'EACCES' ? 'it may not be executed' : error instanceof Error ? error.message : String(error);
  return new UsageError(`${file}: cannot be started: ${why}.`, null, { cause: error });
}
