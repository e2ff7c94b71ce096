import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { PipeData } from '../../src/analysis/pipes/pipe-data.ts';
import { useFactories } from '../support/factory.ts';
import { requireTool } from '../support/require-tool.ts';
import { leaksof } from '../support/run.ts';
import { problems } from '../support/schema.ts';

const factory = useFactories('pipes.py');
const linux = process.platform === 'linux';

async function read(input: string, ...words: readonly string[]): Promise<PipeData> {
  const { stdout } = await leaksof(['pipes', '-', '--json', ...words], { input });
  const document = JSON.parse(stdout);
  expect(problems('pipes.json', document)).toBeNull();
  return document;
}

function output(program: string, words: readonly string[]): string {
  return spawnSync(program, words, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C.UTF-8' }, maxBuffer: 1 << 28 })
    .stdout;
}

describe.runIf(linux).each([
  ['lsof', (pid: number) => output('lsof', ['-nP', '-p', String(pid)])],
  ['lsof -F', (pid: number) => output('lsof', ['-nP', '-F', '-p', String(pid)])],
  ['lsfd', (pid: number) => output('lsfd', ['-p', String(pid)])],
  ['ls', (pid: number) => output('ls', ['-l', `/proc/${pid}/fd`])],
])('a listing of %s', (program, list) => {
  it('tells who holds which end of a pipe, and not how full it is', async () => {
    if (!requireTool(program.replace(/ .*/, ''), ['--help'])) return;
    const made = await factory('slots');
    const { node, reader, writer } = made.said;
    const input = program === 'ls' ? `/proc/${made.pid}/fd:\n${list(made.pid)}` : list(made.pid);
    const { pipes, fill } = await read(input);
    const pipe = pipes.find((found) => found.node === node);
    expect(pipe?.ends.map(({ pid, fd, access }) => [pid, fd, access])).toEqual([
      [made.pid, reader, 'r'],
      [made.pid, writer, 'w'],
    ]);
    expect(pipe).toMatchObject({
      state: 'unknown',
      queued: null,
      capacity: null,
      missing: null,
      alone: true,
      blocked: [],
    });
    expect(fill).toMatchObject({ asked: false, method: null, read: 0 });
  });
});

describe.runIf(linux)('lsof +E', () => {
  it('tells the other ends, whoever they are', async () => {
    if (!requireTool('lsof')) return;
    const pair = await factory('pair');
    const { node, peer, fd, other } = pair.said;
    const { pairs } = await read(output('lsof', ['-nP', '+E', '-p', String(pair.pid)]));
    const found = pairs.find(({ sockets }) => sockets.some((socket) => socket.node === node));
    expect(found?.alone).toBe(true);
    expect(new Map(found?.sockets.map((socket) => [socket.node, socket.ends.map((end) => end.fd)]))).toEqual(
      new Map([
        [node, [fd]],
        [peer, [other]],
      ]),
    );
  });

  it('names an end that is not listed', async () => {
    if (!requireTool('lsof')) return;
    const made = await factory('stopped');
    const input = output('lsof', ['-nP', '+E', '-a', '-d', '4', '-p', String(made.pid)])
      .split('\n')
      .filter((line) => !line.includes(` ${made.said.child} `) || line.includes(` ${made.pid} `))
      .join('\n');
    const { pipes } = await read(input);
    const pipe = pipes.find(({ node }) => node === made.said.node);
    expect(pipe?.ends.map(({ pid, fd, access }) => [pid, fd, access])).toEqual([
      [made.pid, 4, 'w'],
      [made.said.child, 3, 'r'],
    ]);
    expect(pipe?.alone).toBe(false);
  });
});

describe('a listing', () => {
  const LISTING = [
    'COMMAND  PID USER FD   TYPE DEVICE SIZE/OFF NODE NAME',
    'java    2445 zoo   7u  IPv4  53232      0t0  TCP 10.0.0.1:2181->10.0.0.2:51234 (ESTABLISHED QR=2756841 QS=52)',
    'java    2445 zoo   6u  IPv4  53230      0t0  TCP *:2181 (LISTEN QR=3 QS=0)',
    'java    2445 zoo   8w  FIFO   0,15      0t0  777 pipe',
    'sh       812 zoo   0r  FIFO   0,15      0t0  777 pipe',
    'sh       812 zoo   3u  FIFO    8,1      0t0   12 /run/\u001b[31mfifo',
    '',
  ].join('\n');

  it('with -T qs tells the queues of TCP', async () => {
    const { queues, backlogs } = await read(LISTING);
    expect(queues).toMatchObject([
      { node: '53232', local: '10.0.0.1:2181', remote: '10.0.0.2:51234', receive: 2_756_841, send: 52, stalled: null },
    ]);
    expect(backlogs).toMatchObject([{ node: '53230', local: '*:2181', waiting: 3, limit: null, ceiling: null }]);
  });

  it('keeps the other ends of what a filter chose', async () => {
    const { pipes, queues } = await read(LISTING, '--command', 'sh');
    expect(pipes.map(({ node }) => node)).toEqual(['12', '777']);
    expect(pipes.find(({ node }) => node === '777')?.ends.map(({ command }) => command)).toEqual(['sh', 'java']);
    expect(queues).toEqual([]);
  });

  it('gives no budget a pass, and is not asked what only the machine knows', async () => {
    const run = (...words: readonly string[]) => leaksof(['pipes', '-', ...words], { input: LISTING });
    const { status, stdout } = await run('--max-pipe', '90%');
    expect(status).toBe(3);
    expect(stdout).toContain('could not tell: no fill was read');
    expect(stdout).not.toContain('\u001b');
    const asked = await run('--fill');
    expect([asked.status, asked.stderr]).toEqual([2, expect.stringContaining('a listing cannot be asked')]);
    expect((await run('--every', '1s')).stderr).toContain('a listing does not change');
  });
});
