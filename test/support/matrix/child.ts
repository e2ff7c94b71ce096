import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A program that was started for a test, and ends with it. */
export interface Child {
  readonly pid: number;
  /** What it said of itself on its first line. */
  readonly said: Readonly<Record<string, unknown>>;
  stop(): Promise<void>;
}

export interface ChildOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** It is ready when this port of 127.0.0.1 takes connections; without it, when it prints `READY {json}`. */
  readonly port?: number;
}

const PATIENCE_SECONDS = 60;

/** Starts a program and waits until it is ready. It is asked to end by SIGTERM if we end without stopping it. */
export async function startChild(words: readonly string[], options: ChildOptions = {}): Promise<Child> {
  const file = options.port === undefined ? words : ['setpriv', '--pdeathsig', 'TERM', ...words];
  const child = spawn(file[0], file.slice(1), {
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...process.env, ...options.env },
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-4000);
  });
  const ended = new Promise<never>((_, reject) => {
    child.on('error', reject);
    child.on('close', (code) => reject(new Error(`${words.join(' ')} ended with ${code}: ${stderr}`)));
  });
  ended.catch(() => {});
  const late = new AbortController();
  const timeout = sleep(PATIENCE_SECONDS * 1000, null, { signal: late.signal }).then(() => {
    throw new Error(`${words.join(' ')} is not ready after ${PATIENCE_SECONDS} s: ${stderr}`);
  });
  timeout.catch(() => {});
  try {
    const ready = options.port === undefined ? firstLine(child) : taken(options.port, child);
    const said = await Promise.race([ready, ended, timeout]);
    return { pid: child.pid ?? 0, said, stop: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw error;
  } finally {
    late.abort();
  }
}

async function stop(child: ChildProcess): Promise<void> {
  child.stdin?.destroy();
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const patience = new AbortController();
  const impatient = sleep(3000, null, { signal: patience.signal }).then(
    () => child.kill('SIGKILL'),
    () => {},
  );
  await gone;
  patience.abort();
  await impatient;
  // Pipes that grandchildren still hold must not keep us.
  child.stdout?.destroy();
  child.stderr?.destroy();
}

function firstLine(child: ChildProcess): Promise<Record<string, unknown>> {
  return new Promise((resolve) => {
    let stdout = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      const line = /^READY (.*)\n/m.exec(stdout);
      if (line) resolve(JSON.parse(line[1]) as Record<string, unknown>);
    });
  });
}

async function taken(port: number, child: ChildProcess): Promise<Record<string, unknown>> {
  child.stdout?.resume();
  while (child.exitCode === null) {
    if (await takes(port)) return {};
    await sleep(20);
  }
  return new Promise(() => {});
}

function takes(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const say = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => say(true)).once('error', () => say(false));
  });
}
