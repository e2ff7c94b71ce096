import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { endsAnalysis } from '../../../src/analysis/pipes/ends.ts';
import { lookAtFill } from '../../../src/measure/pipes/fill.ts';
import { fullestPipe } from '../../../src/measure/pipes/fullest.ts';
import { liveSource } from '../../../src/source/live.ts';
import { readFill } from '../../../src/source/proc/fill/fill.ts';
import type { FillQuestion } from '../../../src/source/proc/fill/fill-call.ts';
import { type Factory, useFactories } from '../../support/factory.ts';
import { requireThat } from '../../support/require-tool.ts';

const factory = useFactories('pipes.py');
const METHODS = ['koffi', 'perl'] as const;
const able = process.platform === 'linux' && process.getuid?.() === 0;

function question({ pid, said }: Factory, more: Partial<FillQuestion> = {}): FillQuestion {
  const node = String(said.node);
  return { key: node, kind: 'pipe', node, pid, descriptor: Number(said.writer), readEnd: null, ...more };
}

function has(method: (typeof METHODS)[number]): boolean {
  return requireThat(readFill([], [method]).method === method, `${method} cannot be used here`);
}

describe.runIf(able).each(METHODS)('fill by %s', (method) => {
  it('is what the holder of the pipe sees', async () => {
    if (!has(method)) return;
    const made = await Promise.all(['large', 'page', 'slots', 'odd', 'packets', 'named'].map((kind) => factory(kind)));
    const { answers } = readFill(
      made.map((one) => question(one)),
      [method],
    );
    expect(answers).toEqual(made.map(({ said }) => ({ key: said.node, queued: said.queued, capacity: said.capacity })));
  });

  it('is read from an opened read end where no descriptor can be copied', async () => {
    if (!has(method)) return;
    const made = await factory('slots');
    // No such descriptor: the kernel copies none.
    const asked = question(made, { descriptor: 999, readEnd: { pid: made.pid, descriptor: Number(made.said.reader) } });
    expect(readFill([asked], [method]).answers).toEqual([{ key: made.said.node, queued: 65_185, capacity: 65_536 }]);
  });

  it('is not that of another file that has the number by now', async () => {
    if (!has(method)) return;
    const made = await factory('slots');
    const { answers } = readFill([question(made, { node: '1' }), question(made, { kind: 'socket' })], [method]);
    for (const answer of answers) expect(answer).toMatchObject({ why: 'its descriptor was closed meanwhile' });
  });

  it('says why it could not be read', async () => {
    if (!has(method)) return;
    const made = await factory('slots');
    const { answers } = readFill([question(made, { descriptor: 999 }), question(made, { pid: 2 ** 22 + 1 })], [method]);
    expect(answers).toMatchObject([{ why: 'it was closed meanwhile' }, { why: 'its holder is gone' }]);
  });

  it('of a socket is what waits at that end, and what the other has not taken', async () => {
    if (!has(method)) return;
    const made = await factory('pair');
    const one = question(made, { kind: 'socket', descriptor: Number(made.said.fd) });
    const other = question(made, { kind: 'socket', node: String(made.said.peer), descriptor: Number(made.said.other) });
    const { answers } = readFill([one, other], [method]);
    const [sent, received] = answers.map((answer) => ('queued' in answer ? answer : null));
    expect(sent?.queued).toBe(0);
    // A message of one byte is charged with what the kernel keeps it in.
    expect(sent?.capacity).toBeGreaterThan(200_000);
    expect(received?.queued).toBeGreaterThan(68);
    expect(received?.queued).toBeLessThan(279);
  });

  it('keeps no writer from the EPIPE that its last reader leaves it', async () => {
    if (!has(method)) return;
    const made = await factory('closing');
    // While the pipe is looked at as often as can be: a copy of its write end is open for most of the time.
    let read = 0;
    await expect
      .poll(
        async () => {
          const many = Array.from({ length: 500 }, () => question(made));
          read += readFill(many, [method]).answers.filter((answer) => 'queued' in answer).length;
          const { turns = 0 } = await made.counts();
          return read > 500 && turns > 2000;
        },
        { timeout: 60_000, interval: 1 },
      )
      .toBe(true);
    expect(await made.counts()).toMatchObject({ lost: 0 });
  });

  it('leaves no descriptor open', async () => {
    if (!has(method)) return;
    const made = await factory('slots');
    readFill([question(made)], [method]);
    const before = readdirSync('/proc/self/fd').length;
    for (let i = 0; i < 5; i++)
      readFill([question(made), question(made, { node: '1' }), question(made, { descriptor: 999 })], [method]);
    expect(readdirSync('/proc/self/fd').length).toBe(before);
  });
});

describe.runIf(able)('where ss is missing', () => {
  it('what waits in connected sockets is asked for one by one', async () => {
    const made = await factory('pair');
    const analysis = endsAnalysis({ pid: [made.pid] });
    const ends = analysis.finish(await liveSource({ names: 'all', detail: 'stat', pids: [made.pid] }).read(analysis));
    const { unix, fills } = lookAtFill(ends.data.files, true);
    expect(unix.get(String(made.said.peer))?.receive).toBeGreaterThan(68);
    expect(unix.get(String(made.said.node))).toMatchObject({ receive: 0, peer: null, listening: false });
    expect([...fills.keys()].every((key) => key.startsWith('pipe '))).toBe(true);
    expect(lookAtFill(ends.data.files, false).unix.size).toBe(0);
  });
});

describe('without a way to ask', () => {
  it('says what would bring one', () => {
    expect(readFill([], [])).toMatchObject({
      method: null,
      why: expect.stringContaining('install the optional package'),
    });
  });
});

describe.runIf(able)('the fullest pipe', () => {
  it('of some processes comes with its holders', async () => {
    const [full, large] = await Promise.all([factory('slots'), factory('large')]);
    const pids = [full.pid, large.pid];
    const { fullest, unread, why } = await fullestPipe({ pids });
    expect(fullest).toMatchObject({ share: 1, full: true, queued: 65_185, capacity: 65_536, inode: full.said.node });
    expect(fullest?.holders.map(({ pid, access }) => [pid, access])).toEqual([
      [full.pid, 'r'],
      [full.pid, 'w'],
    ]);
    expect({ unread, why }).toEqual({ unread: 0, why: null });
    expect((await fullestPipe({ pids: [large.pid] })).fullest?.share).toBe(800_000 / 1_048_576);
  });

  it('is none where nothing can ask', async () => {
    const made = await factory('large');
    const { fullest, unread, why } = await fullestPipe({ pids: [made.pid], methods: [] });
    expect(fullest).toBeNull();
    expect(unread).toBeGreaterThan(0);
    expect(why).toContain('install');
  });
});
