import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';

const HERE = fileURLToPath(new URL('./', import.meta.url));

/** The system's own, which other users may run too. */
const PYTHON = ['/usr/bin/python3', '/usr/local/bin/python3'].find((place) => existsSync(place)) ?? 'python3';

/** A process that holds descriptors of a known kind and number. */
export interface Factory {
  readonly pid: number;
  /** Numbers of the descriptors of the kind. */
  readonly opened: readonly number[];
  /** All its descriptors, by its own listing. */
  readonly total: number;
  /** Why it opened none: the machine cannot. */
  readonly skipped?: string;
  /** Folder of the files it opens. */
  readonly folder: string;
  /** What else the kind says of itself. */
  readonly said: Readonly<Record<string, unknown>>;
  /** What it has counted until now, of a kind that counts. */
  counts(): Promise<Readonly<Record<string, number>>>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

export interface FactoryOptions {
  readonly count?: number;
  /** Runs it as this user; needs root. */
  readonly uid?: number;
}

/** Starts a factory and waits until everything is open. */
async function startFactory(program: string, kind: string, options: FactoryOptions = {}): Promise<Factory> {
  const folder = mkdtempSync(join(tmpdir(), 'factory-'));
  if (options.uid !== undefined) chownSync(folder, options.uid, options.uid);
  const words = [kind, '--folder', folder];
  if (options.count !== undefined) words.push('--count', String(options.count));
  if (options.uid !== undefined) words.push('--uid', String(options.uid));
  const child = spawn(PYTHON, ['-c', readFileSync(join(HERE, program), 'utf8'), ...words], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const said = await ready(child, kind);
  return {
    pid: said.pid,
    opened: said.opened,
    total: said.total,
    ...(said.skipped === undefined ? {} : { skipped: said.skipped }),
    folder,
    said: { ...said },
    counts: () =>
      new Promise((resolve) => {
        child.stdout?.once('data', (text: string) => resolve(JSON.parse(text.replace(/^COUNTS /, ''))));
        child.stdin?.write('\n');
      }),
    async stop() {
      const closed = child.exitCode === null ? once(child, 'close') : null;
      child.stdin?.end();
      await closed;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Ready {
  readonly pid: number;
  readonly opened: number[];
  readonly total: number;
  readonly skipped?: string;
}

function ready(child: ChildProcess, kind: string): Promise<Ready> {
  return new Promise((resolve, reject) => {
    let stdout = '';
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      const line = /^READY (.*)\n/m.exec(stdout);
      if (line) resolve(JSON.parse(line[1] as string) as Ready);
    });
    child.on('error', reject);
    child.on('close', (code) => reject(new Error(`the ${kind} factory ended with ${code}: ${stderr}`)));
  });
}

/**
 * Starts factories for the tests of a file and ends them after each: of factory.py, which opens descriptors, or of pipes.py,
 * which brings pipes and queues into a known state.
 */
export function useFactories(
  program: 'factory.py' | 'pipes.py' = 'factory.py',
): (kind: string, options?: FactoryOptions) => Promise<Factory> {
  const running: Factory[] = [];
  afterEach(async () => {
    await Promise.all(running.splice(0).map((factory) => factory.stop()));
  });
  return async (kind, options) => {
    const factory = await startFactory(program, kind, options);
    running.push(factory);
    return factory;
  };
}
