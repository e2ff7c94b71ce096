import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Child } from '../../../src/measure/child/child.ts';
import { type ReadyWish, waitUntilReady } from '../../../src/measure/child/ready.ts';
import { stopChild } from '../../../src/measure/child/stop.ts';

const DAEMON = fileURLToPath(new URL('../../support/daemon.py', import.meta.url));
const SERVER =
  'require("http").createServer((q, s) => s.end()).listen(0, "127.0.0.1", function () { console.log("port " + this.address().port) })';
const SOON = { signal: 'SIGTERM', grace: 0.3 } as const;

let folder = '';
let children: Child[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'leaksof-child-'));
  children = [];
});

afterEach(() => {
  for (const child of children) child.killNow();
  rmSync(folder, { recursive: true, force: true });
});

async function start(...words: string[]): Promise<Child> {
  const child = await Child.start(words, { env: process.env, pass: () => {} });
  children.push(child);
  return child;
}

/** Waits until a file is there: its content. */
async function contentOf(name: string): Promise<string> {
  const path = join(folder, name);
  while (!existsSync(path)) await delay(10);
  return readFileSync(path, 'utf8');
}

/** Whether a pid runs, by ps(1)'s word; a zombie does not. */
function runs(pid: number): boolean {
  return /^[^Z]/.test(spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim());
}

function wish(parts: Partial<ReadyWish>): ReadyWish {
  return { ports: [], url: null, log: null, timeout: 20, ...parts };
}

const never = new AbortController().signal;

describe.runIf(process.platform === 'linux')('a command', () => {
  it('runs in a session of its own, marked, with its output kept', async () => {
    const child = await start('sh', '-c', 'echo one; echo two >&2; printf three; exit 7');
    await child.end;
    while (child.output.last.length < 3) await delay(5);
    expect([...child.output.last].sort()).toEqual(['one', 'three', 'two']);
    expect(child.ended).toEqual({ code: 7, signal: null });
    expect((await stopChild(child, SOON)).killed).toEqual([]);
  });

  it('that does not exist, or may not be run, is wrong usage', async () => {
    await expect(start('no-such-program-here')).rejects.toMatchObject({ exitCode: 2 });
    await expect(start('/etc/passwd')).rejects.toThrow('/etc/passwd: cannot be started: it may not be executed.');
  });

  it('ends when it is asked to, with everybody in its group', async () => {
    const child = await start('sh', '-c', 'sleep 600 & sleep 600 & wait');
    while (child.kin.living().length < 3) {
      child.kin.look();
      await delay(5);
    }
    const pids = child.kin.living().map(({ pid }) => pid);
    const { killed, strays, left } = await stopChild(child, { signal: 'SIGTERM', grace: 20 });
    expect({ killed, strays, left }).toEqual({ killed: [], strays: [], left: [] });
    expect(pids.filter(runs)).toEqual([]);
  });

  it('is heard to its last word', async () => {
    // More than a pipe holds, in the moment of its end.
    const words = `import os, signal, sys, time
def end(*_):
    for _ in range(3000): os.write(1, b'x' * 99 + b'\\n')
    os.write(1, b'the last\\n')
    os._exit(0)
signal.signal(signal.SIGTERM, end)
os.write(1, b'up\\n')
while True: time.sleep(60)`;
    const child = await start('python3', '-c', words);
    while (child.output.last.length === 0) await delay(5);
    await stopChild(child, { signal: 'SIGTERM', grace: 20 });
    expect(child.output.last.at(-1)).toBe('the last');
  });

  it('is killed when it ignores the signal', async () => {
    const child = await start('sh', '-c', 'trap "" TERM; echo up; while :; do sleep 1; done');
    while (child.output.last.length === 0) await delay(5);
    const { killed } = await stopChild(child, SOON);
    expect(killed.map(({ pid }) => pid)).toContain(child.pid);
    expect(runs(child.pid)).toBe(false);
  });

  it('that is stopped is ended all the same', async () => {
    const child = await start('sleep', '600');
    child.signalGroup('SIGSTOP');
    const { killed, left } = await stopChild(child, { signal: 'SIGTERM', grace: 20 });
    expect([killed, left, runs(child.pid)]).toEqual([[], [], false]);
  });

  it.each([
    ['forked twice into a session of its own', []],
    ['did so while its parent stays', ['--stay']],
    ['ignores the signal too', ['--ignore']],
    ['cleared its environment and became another program', ['--clear']],
  ])('takes along a daemon that %s', async (_, flags) => {
    const file = join(folder, 'pid');
    const child = await start('python3', DAEMON, file, ...flags);
    const daemon = Number(await contentOf('pid'));
    if (!flags.includes('--stay')) await child.end;
    expect(runs(daemon)).toBe(true);
    const { strays, killed, left } = await stopChild(child, {
      signal: 'SIGTERM',
      grace: flags.includes('--ignore') ? 0.3 : 20,
    });
    expect(strays.map(({ pid }) => pid)).toContain(daemon);
    expect(killed.map(({ pid }) => pid)).toEqual(flags.includes('--ignore') ? [daemon] : []);
    expect(left).toEqual([]);
    expect([runs(daemon), runs(child.pid)]).toEqual([false, false]);
  });

  it('is killed at once with everybody', async () => {
    const child = await start('python3', DAEMON, join(folder, 'pid'), '--stay', '--ignore');
    const daemon = Number(await contentOf('pid'));
    child.killNow();
    while (runs(daemon) || runs(child.pid)) await delay(5);
    expect(child.kin.sweep()).toEqual([]);
  });
});

describe.runIf(process.platform === 'linux')('ready', () => {
  it('is who listens on the port, and nobody else', async () => {
    const child = await start(process.execPath, '-e', SERVER);
    while (child.output.last.length === 0) await delay(5);
    const port = Number(child.output.last[0]?.split(' ')[1]);
    expect(await waitUntilReady(child, wish({ ports: [port] }), never)).toMatchObject({ state: 'ready' });
    const other = await start('sleep', '600');
    expect(await waitUntilReady(other, wish({ ports: [port], timeout: 0.2 }), never)).toMatchObject({
      state: 'late',
      missing: `it did not listen on port ${port}`,
    });
  });

  it('is a URL that answers, or a line of its output', async () => {
    const child = await start(process.execPath, '-e', SERVER);
    expect(await waitUntilReady(child, wish({ log: /^port \d+$/ }), never)).toMatchObject({ state: 'ready' });
    const url = `http://127.0.0.1:${child.output.last[0]?.split(' ')[1]}/`;
    expect(await waitUntilReady(child, wish({ url }), never)).toMatchObject({ state: 'ready' });
  });

  it('is a daemon whose first process has ended', async () => {
    const child = await start('sh', '-c', `setsid "${process.execPath}" -e '${SERVER}' & sleep 0.1`);
    while (child.output.last.length === 0) await delay(5);
    const port = Number(child.output.last[0]?.split(' ')[1]);
    await child.end;
    expect(await waitUntilReady(child, wish({ ports: [port] }), never)).toMatchObject({ state: 'ready' });
    const { strays } = await stopChild(child, { signal: 'SIGTERM', grace: 20 });
    expect(strays).toHaveLength(1);
  });

  it('is never who ended, whoever waits too long, or was interrupted', async () => {
    const ended = await start('sh', '-c', 'echo "cannot open database" >&2; exit 3');
    expect(await waitUntilReady(ended, wish({ ports: [1] }), never)).toMatchObject({ state: 'ended' });
    expect(ended.output.last).toEqual(['cannot open database']);
    const sleeper = await start('sleep', '600');
    const late = await waitUntilReady(sleeper, wish({ log: /up/, timeout: 0.1 }), never);
    expect(late).toMatchObject({ state: 'late', missing: 'no line of its output matched up' });
    const interrupted = new AbortController();
    setTimeout(() => interrupted.abort(), 20);
    expect(await waitUntilReady(sleeper, wish({ url: 'http://127.0.0.1:1/' }), interrupted.signal)).toMatchObject({
      state: 'interrupted',
      missing: 'http://127.0.0.1:1/ did not answer',
    });
  });
});
