import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { PipeEntry } from '../../src/analysis/pipes/pipe-data.ts';
import { useFactories } from '../support/factory.ts';
import { PROGRAM } from '../support/run.ts';

const factory = useFactories('pipes.py');
const WAIT = { timeout: 60_000, interval: 20 };

let child: ChildProcess | null = null;
let stdout = '';
let stderr = '';

function start(...words: readonly string[]): ChildProcess {
  stdout = '';
  stderr = '';
  const started = spawn(process.execPath, [PROGRAM, 'pipes', ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  started.stdout?.on('data', (chunk: Buffer) => {
    stdout += String(chunk);
  });
  started.stderr?.on('data', (chunk: Buffer) => {
    stderr += String(chunk);
  });
  child = started;
  return started;
}

afterEach(() => {
  child?.kill('SIGKILL');
  child = null;
});

/** What was said of a pipe at each look. */
function looks(node: unknown): PipeEntry[] {
  const lines = stdout
    .slice(0, stdout.lastIndexOf('\n') + 1)
    .trimEnd()
    .split('\n');
  return lines
    .flatMap((line): PipeEntry[] => (line === '' ? [] : [JSON.parse(line)]))
    .filter((pipe) => pipe.node === node);
}

describe.runIf(process.platform === 'linux' && process.getuid?.() === 0)('pipes --every', () => {
  it('gives the rate and the time until a pipe is full, until it is interrupted', async () => {
    const made = await factory('growing');
    const program = start('--live', '--fill', '--every', '100ms', '--format', 'ndjson', '--pid', String(made.pid));
    await expect.poll(() => looks(made.said.node).length, WAIT).toBeGreaterThan(1);
    expect(looks(made.said.node)[0]).toMatchObject({ queued: 0, rate: null, fullIn: null });
    expect(await made.counts()).toEqual({ wrote: 8192 });
    await expect.poll(() => looks(made.said.node).at(-1)?.queued, WAIT).toBe(8192);
    const grown = looks(made.said.node).find(({ queued }) => queued === 8192);
    expect(grown?.rate).toBeGreaterThan(0);
    // What is left below the last page, at that rate.
    expect((grown?.fullIn ?? 0) * (grown?.rate ?? 0)).toBeCloseTo(65_536 - 4096 - 8192, 3);
    await expect.poll(() => looks(made.said.node).at(-1)?.rate, WAIT).toBe(0);
    program.kill('SIGINT');
    expect(await once(program, 'close')).toEqual([0, null]);
  });

  it('survives a look that fails', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pipes-'));
    try {
      const tree = join(folder, 'proc');
      mkdirSync(tree);
      const program = start('--proc', tree, '--every', '50ms', '--json');
      await expect.poll(() => stdout.includes('"pipes"'), WAIT).toBe(true);
      rmdirSync(tree);
      await expect.poll(() => stderr, WAIT).toContain('cannot list processes');
      expect(stderr).toContain('looking again');
      mkdirSync(tree);
      const before = stdout.length;
      await expect.poll(() => stdout.length, WAIT).toBeGreaterThan(before);
      program.kill('SIGTERM');
      expect(await once(program, 'close')).toEqual([0, null]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
