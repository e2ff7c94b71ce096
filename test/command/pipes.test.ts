import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { PairEntry, PipeData, PipeEntry } from '../../src/analysis/pipes/pipe-data.ts';
import type { Finding } from '../../src/model/report.ts';
import { canBecomeNobody, NOBODY } from '../support/as-user.ts';
import { type Factory, useFactories } from '../support/factory.ts';
import { requireThat, requireTool } from '../support/require-tool.ts';
import { leaksof, PROGRAM } from '../support/run.ts';
import { problems } from '../support/schema.ts';

const factory = useFactories('pipes.py');
const linux = process.platform === 'linux';
const root = process.getuid?.() === 0;

type Answer = PipeData & { readonly findings: readonly Finding[]; readonly verdict: string };

async function asked(pid: number, ...words: readonly string[]): Promise<Answer> {
  const { stdout } = await leaksof(['pipes', '--live', '--pid', String(pid), '--json', ...words]);
  const document = JSON.parse(stdout);
  expect(problems('pipes.json', document)).toBeNull();
  return document;
}

function pipeOf({ pipes }: PipeData, { said }: Factory): PipeEntry {
  const found = pipes.find(({ node }) => node === said.node);
  if (!found) throw new Error(`no pipe ${said.node}`);
  return found;
}

function pairOf({ pairs }: PipeData, { said }: Factory): PairEntry {
  const found = pairs.find(({ sockets }) => sockets.some(({ node }) => node === said.node));
  if (!found) throw new Error(`no pair ${said.node}`);
  return found;
}

function findingOf({ findings }: Answer, { said }: Factory): Finding | undefined {
  return findings.find(({ evidence }) => evidence.inode === said.node);
}

describe.runIf(linux && root)('the fill of a pipe', () => {
  it.each([
    ['large', 'normal'],
    ['high', 'high'],
    ['page', 'full'],
    ['slots', 'full'],
    ['odd', 'full'],
    ['packets', 'packets'],
    ['named', 'normal'],
  ])('in state "%s" is what its holder sees, and is called %s', async (kind, state) => {
    const made = await factory(kind);
    const { queued, capacity } = made.said as { readonly queued: number; readonly capacity: number };
    const answer = await asked(made.pid, '--fill');
    const pipe = pipeOf(answer, made);
    expect(pipe).toMatchObject({
      state,
      queued,
      capacity,
      share: queued / capacity,
      alone: true,
      missing: null,
      why: null,
    });
    expect(pipe.ends.map(({ pid, fd, access }) => [pid, fd, access])).toEqual([
      [made.pid, made.said.reader, 'r'],
      [made.pid, made.said.writer, 'w'],
    ]);
    expect(answer.fill).toMatchObject({ asked: true, why: null });
  });

  it('that takes nothing more with 351 bytes free is called full, by its figures and by who alone could read it', async () => {
    const made = await factory('slots');
    expect(made.said).toMatchObject({ queued: 65_185, capacity: 65_536, refused: 'EAGAIN' });
    const finding = findingOf(await asked(made.pid, '--fill'), made);
    expect(finding).toMatchObject({ rule: 'pipe-full', severity: 'critical', pid: made.pid });
    expect(finding?.message).toMatch(
      /65,185 of 65,536 bytes queued.*each write fails with EAGAIN.*it alone can make room/,
    );
    expect(finding?.next[0]).toBe(`sudo leaksof pipes --pid ${made.pid} --fill --every 1s`);
  });

  it('that is full beside a stopped reader names both', async () => {
    const made = await factory('stopped');
    const finding = findingOf(await asked(made.pid, '--fill'), made);
    expect(finding?.severity).toBe('critical');
    expect(finding?.message).toContain(`${made.said.child} (fd 3) is stopped (state T)`);
  });

  it('is compared with a budget', async () => {
    const made = await factory('high');
    const status = async (...words: readonly string[]) =>
      (await leaksof(['pipes', '--live', '--pid', String(made.pid), ...words])).status;
    expect(await status('--fill', '--max-pipe', '90%')).toBe(1);
    expect(await status('--fill', '--max-pipe', '99%')).toBe(0);
    // Without --fill nothing was read.
    expect(await status('--max-pipe', '90%')).toBe(3);
    const { budget } = await asked(made.pid, '--fill', '--max-pipe', '90%');
    expect(budget).toEqual({ limit: 0.9, value: 960_000 / 1_048_576, verdict: 'fail' });
  });

  it('is said to be unread where it was not asked for', async () => {
    const made = await factory('large');
    const answer = await asked(made.pid);
    expect(pipeOf(answer, made)).toMatchObject({ state: 'unknown', queued: null, capacity: null, share: null });
    expect((await leaksof(['pipes', '--live', '--pid', String(made.pid)])).stdout).toContain(
      'was not read: --fill does',
    );
  });
});

describe.runIf(linux && root)('an end without a holder', () => {
  it('is said: no reader', async () => {
    const made = await factory('unread');
    const answer = await asked(made.pid);
    expect(pipeOf(answer, made)).toMatchObject({ missing: 'reader', readers: 0, writers: 1, alone: false });
    expect(findingOf(answer, made)?.rule).toBe('pipe-without-reader');
  });

  it('is said: no writer, so that nothing is asked', async () => {
    const made = await factory('unwritten');
    expect(pipeOf(await asked(made.pid, '--fill'), made)).toMatchObject({ missing: 'writer', queued: null });
  });
});

describe.runIf(linux && root)('a blocked writer', () => {
  it.each(['blocked', 'spliced'])('of a pipe (%s) is named without any --fill', async (kind) => {
    const made = await factory(kind);
    const answer = await asked(made.pid);
    const { tid, call, size, writer } = made.said;
    const pipe = pipeOf(answer, made);
    expect(pipe.state).toBe('full');
    expect(pipe.blocked).toEqual([
      expect.objectContaining({ pid: made.pid, tid, call, size, fd: writer, direction: 'write' }),
    ]);
    expect(pipe.blocked[0]?.wchan).toMatch(/pipe/);
    expect(findingOf(answer, made)).toMatchObject({ rule: 'pipe-full', severity: 'critical' });
    const budget = await leaksof(['pipes', '--live', '--pid', String(made.pid), '--max-pipe', '90%']);
    expect(budget.status).toBe(1);
  });

  it('counts where bytes alone say that there is room', async () => {
    const made = await factory('blocked');
    expect(made.said).toMatchObject({ queued: 48_000 });
    expect(pipeOf(await asked(made.pid, '--fill'), made)).toMatchObject({ state: 'full', queued: 48_000 });
  });

  it.each([
    ['pair', 'sendto'],
    ['messages', 'sendmsg'],
  ])('of a socket pair (%s) is the finding, by thread, descriptor and kernel function', async (kind, call) => {
    const made = await factory(kind);
    const answer = await asked(made.pid);
    const { tid, fd, node, peer } = made.said;
    const pair = pairOf(answer, made);
    expect(pair.alone).toBe(true);
    expect(new Set(pair.sockets.map((socket) => socket.node))).toEqual(new Set([node, peer]));
    const finding = findingOf(answer, made);
    expect(finding).toMatchObject({ rule: 'blocked-writer', severity: 'critical', pid: made.pid });
    expect(finding?.evidence).toMatchObject({ tid, call, fd, wchan: 'sock_alloc_send_pskb', peer, alone: true });
    expect(finding?.message).toContain(`sleeps in ${call} on fd ${fd}`);
  });
});

describe.runIf(linux && root)('queues of sockets', () => {
  it('are those that ss prints, in a network namespace of its own', async () => {
    const made = await factory('network');
    if (!requireThat(made.skipped === undefined, `${made.skipped}`) || !requireTool('ss', ['-V'])) return;
    const inside = (...words: readonly string[]) =>
      spawnSync('nsenter', [`--net=/proc/${made.pid}/ns/net`, 'ss', '-Htne', ...words], { encoding: 'utf8' }).stdout;
    const { client, listener, child } = made.said;
    const { tid, fd } = made.said;
    const sent = (): string => new RegExp(`^ESTAB +0 +(\\d+) .*ino:${client} `, 'm').exec(inside())?.[1] ?? '';
    // The last of it moves until the window closes; then ss says the same before and after.
    let answer = await asked(made.pid);
    let said: string[] = [];
    const queue = () => answer.queues.find(({ node }) => node === client);
    await expect
      .poll(
        async () => {
          const before = sent();
          answer = await asked(made.pid);
          said = [before, sent()];
          return queue()?.stalled === 'window closed' && said[0] === said[1] && queue()?.blocked.length === 1;
        },
        { timeout: 60_000 },
      )
      .toBe(true);
    expect(queue()?.send).toBe(Number(said[0]));
    expect(queue()?.send).toBeGreaterThan(100_000);
    expect(queue()?.blocked).toMatchObject([{ pid: made.pid, tid, fd, call: 'sendto', size: 65_536 }]);
    expect(answer.findings.find(({ rule }) => rule === 'send-queue')?.message).toContain(
      `sleeps in sendto on fd ${fd}`,
    );
    const other = (await asked(Number(child))).findings.find(({ rule }) => rule === 'unread-queue');
    expect(other?.message).toContain('is stopped (state T)');

    const [, waiting = '', limit = ''] =
      new RegExp(`^LISTEN +(\\d+) +(\\d+) .*ino:${listener} `, 'm').exec(inside('-l')) ?? [];
    expect(answer.backlogs.find(({ node }) => node === listener)).toMatchObject({
      protocol: 'TCP',
      waiting: Number(waiting),
      limit: Number(limit),
    });
    expect(limit).toBe('4');
    const backlog = answer.findings.find(({ rule }) => rule === 'backlog');
    expect(backlog?.message).toContain(`${waiting} connections of 4 wait`);
  });

  it('of unix sockets are told for their own, whatever a path pretends', async () => {
    if (!requireTool('ss', ['-V'])) return;
    const made = await factory('unix');
    const answer = await asked(made.pid);
    const { listener, node, honest } = made.said;
    expect(answer.backlogs.find((backlog) => backlog.node === listener)).toMatchObject({ waiting: 2, limit: 3 });
    const ends = answer.pairs.flatMap(({ sockets }) => sockets);
    expect(ends.find((end) => end.node === honest)).toMatchObject({ receive: 3 });
    // Two lines speak of this socket, one of them a lie: none is believed.
    expect(ends.find((end) => end.node === node)).toMatchObject({ receive: null, send: null });
  });
});

describe.runIf(linux)('as another user', () => {
  it('says what it could not look at, and gives no pass', async () => {
    if (!requireThat(canBecomeNobody(), 'a second user needs root, and a node that he may run')) return;
    const made = await factory('slots');
    const words = ['pipes', '--live', '--fill', '--pid', String(made.pid)];
    const as = (...more: readonly string[]) =>
      spawnSync(process.execPath, [PROGRAM, ...words, ...more], {
        uid: NOBODY,
        gid: NOBODY,
        cwd: '/',
        encoding: 'utf8',
      });
    const { status, stdout, stderr } = as('--max-pipe', '90%');
    expect(status).toBe(3);
    expect(stdout).toContain('could not tell');
    expect(stderr).toContain('refused: sudo');
    expect(as().status).toBe(3);
  });

  it('reads its own', async () => {
    if (!requireThat(canBecomeNobody(), 'a second user needs root, and a node that he may run')) return;
    const made = await factory('slots', { uid: NOBODY });
    const words = [PROGRAM, 'pipes', '--live', '--fill', '--json', '--pid', String(made.pid)];
    const { stdout } = spawnSync(process.execPath, words, { uid: NOBODY, gid: NOBODY, cwd: '/', encoding: 'utf8' });
    expect(pipeOf(JSON.parse(stdout), made)).toMatchObject({ state: 'full', queued: 65_185 });
  });
});
