import { describe, expect, it } from 'vitest';
import { judgeMeasurement } from '../../../src/analysis/leak-rule/leak-rule.ts';
import type { Block, Life, Measurement, Reading, TargetGroup } from '../../../src/analysis/leak-rule/measurement.ts';
import { leak } from '../../support/leak-simulation/behaviour.ts';
import { measure } from '../../support/leak-simulation/measure.ts';

const group = (pattern: string): TargetGroup => ({ type: 'REG', class: 'regular', pattern, name: pattern });
const life = (pid: number, command = 'app', parent = 1): Life => ({ pid, startTime: `${pid}0`, command, parent });

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);

const BLOCKS = [50, 50, 100, 200, 400];

interface Given {
  readonly groups?: number;
  readonly lives?: readonly Life[];
  /** Counts of every living life, by index, after so many requests; null for a life that cannot be read. */
  readonly at: (ok: number, settled: boolean) => readonly (readonly [number, readonly number[] | null])[];
  readonly kept?: number;
  readonly ok?: (sent: number) => number;
}

function measurement({ groups = 1, lives = [life(7)], at, kept, ok = (sent) => sent }: Given): Measurement {
  let [seconds, done] = [0, 0];
  const read = (settled = false): Reading => ({
    seconds: ++seconds,
    ok: done,
    quiet: true,
    levels: at(done, settled).map(([index, counts]) => ({ life: index, counts, work: null })),
  });
  const idle = [read(), read(), read()];
  const blocks = BLOCKS.map((sent): Block => {
    const readings: Reading[] = [];
    for (let quarter = 0; quarter < 4; quarter++) {
      done += ok(sent) / 4;
      readings.push(read(), read());
    }
    const survivors = kept === undefined ? null : [{ opened: sent, kept: kept * sent }];
    return { requests: { sent, ok: ok(sent), failed: sent - ok(sent) }, readings, survivors };
  });
  const settle = [read(true), read(true), read(true), read(true)];
  return { groups: Array.from({ length: groups }, (_, index) => group(`/g${index}`)), lives, idle, blocks, settle };
}

const judged = (given: Given) => judgeMeasurement(measurement(given));
const onlyGroup = (given: Given) => judged(given).groups[0];

describe('the verdict on a group', () => {
  it('is a leak when every request leaves one, and says how much', () => {
    const found = judged({ at: (ok) => [[0, [10 + ok]]], kept: 1 });
    expect(found).toMatchObject({ verdict: 'leak', requests: { sent: 800, ok: 800, failed: 0 }, recycledEvery: null });
    expect(found.groups[0]).toMatchObject({
      verdict: 'leak',
      reason: 'grew',
      before: 10,
      after: 810,
      opened: 800,
      kept: 800,
    });
    expect(found.perRequest.estimate).toBe(1);
    expect(found.perRequest.low).toBeGreaterThan(0.99);
  });

  it('divides by completed requests, not by those sent', () => {
    const { perRequest, requests } = judged({ at: (ok) => [[0, [10 + ok]]], ok: (sent) => sent / 2 });
    expect(requests).toEqual({ sent: 800, ok: 400, failed: 400 });
    expect(perRequest.estimate).toBe(1);
  });

  it('is a plateau when a pool is full', () => {
    expect(onlyGroup({ at: (ok) => [[0, [10 + Math.min(ok, 40)]]] })).toMatchObject({
      verdict: 'plateau',
      reason: 'stopped',
    });
  });

  it('is undecided when growth slows', () => {
    expect(onlyGroup({ at: (ok) => [[0, [Math.round(12 * Math.sqrt(ok))]]] })).toMatchObject({
      verdict: 'undecided',
      reason: 'slowed',
    });
  });

  it('is noise when the settle gives all back, and undecided when it gives a good part', () => {
    expect(onlyGroup({ at: (ok, settled) => [[0, [settled ? 5 : 5 + ok]]] }).reason).toBe('settled-back');
    expect(onlyGroup({ at: (ok, settled) => [[0, [5 + ok * (settled ? 0.7 : 1)]]] })).toMatchObject({
      verdict: 'undecided',
      reason: 'partly-back',
    });
  });

  it('is noise when what grew goes away under load', () => {
    expect(onlyGroup({ at: (ok) => [[0, [ok < 600 ? ok : 3]]] }).verdict).toBe('noise');
    expect(onlyGroup({ at: (ok) => [[0, [ok % 350]]] }).verdict).toBe('noise');
  });

  it('is undecided when what was opened is not what stayed', () => {
    expect(onlyGroup({ at: (ok) => [[0, [ok]]], kept: 0.3 })).toMatchObject({
      verdict: 'undecided',
      reason: 'not-kept',
    });
  });

  it('is not shaken by short-lived opens beside the leak', () => {
    expect(onlyGroup({ at: (ok) => [[0, [ok / 10]]], kept: 0.1 }).verdict).toBe('leak');
  });

  it('takes one step in the last block for no leak', () => {
    expect(onlyGroup({ at: (ok) => [[0, [ok > 650 ? 60 : 4]]] }).verdict).not.toBe('leak');
  });
});

describe('growth inside lives', () => {
  it('adds up over workers, whoever took the requests', () => {
    const found = judged({
      lives: [life(7), life(8)],
      at: (ok) => [
        [0, [ok * 0.25]],
        [1, [9 + ok * 0.75]],
      ],
    });
    expect(found.perRequest.estimate).toBe(1);
  });

  it('finds the leak that recycling hides', () => {
    const every = 100;
    const lives = [life(6, 'master'), ...Array.from({ length: 9 }, (_, index) => life(100 + index, 'worker', 6))];
    const found = judged({
      lives,
      at: (ok) => [
        [0, [3]],
        [1 + Math.floor(ok / every), [4 + (ok % every)]],
      ],
    });
    expect(found).toMatchObject({ verdict: 'leak' });
    expect(found).toMatchObject({ recycledEvery: 100, masked: true });
    expect(Math.abs(found.perRequest.estimate - 1)).toBeLessThan(0.05);
  });

  /** Each request has a process, which inherits all that the server holds, and stays until so many others have come. */
  const forking = (kept: (ok: number) => number, stay: number) =>
    judged({
      lives: [life(6, 'server'), ...Array.from({ length: 801 }, (_, index) => life(100 + index, 'server', 6))],
      at: (ok, settled) => [
        [0, [3 + kept(ok)]],
        ...(settled ? [] : range(Math.max(0, ok - stay), ok).map((at) => [1 + at, [3 + kept(at)]] as const)),
      ],
    });

  it.each([1, 4, 40])('finds what a server keeps that forks for each request, the last %d of which stay', (stay) => {
    const found = forking((ok) => ok, stay);
    expect(found).toMatchObject({ verdict: 'leak', masked: false });
    expect(found.perRequest.estimate).toBeCloseTo(1, 2);
    expect(found.perRequest.high - found.perRequest.low).toBeLessThan(0.05);
  });

  it.each([1, 4, 40])('finds nothing in one that keeps nothing, the last %d of whose children stay', (stay) => {
    expect(forking(() => 5, stay)).toMatchObject({ verdict: 'clean' });
  });

  it('takes what a new worker opens for itself for no growth', () => {
    const lives = [life(6, 'master'), life(7, 'worker', 6), life(8, 'worker', 6)];
    const found = judged({ lives, at: (ok) => [[0, [3]], [1, [20]], ...(ok > 300 ? [[2, [20]] as const] : [])] });
    expect(found.verdict).toBe('clean');
  });
});

describe('the total verdict', () => {
  it('is inconclusive without a completed request, and without a life that could be read', () => {
    expect(judged({ at: () => [[0, [5]]], ok: () => 0 }).verdict).toBe('inconclusive');
    const unread = judged({ at: () => [[0, null]] });
    expect(unread.verdict).toBe('inconclusive');
    expect(unread.detectable).toBe(Infinity);
  });

  it('is inconclusive when the target dies half-way', () => {
    expect(judged({ at: (ok) => (ok > 200 ? [] : [[0, [5]]]) }).verdict).toBe('inconclusive');
  });

  it('is clean, with its bound, for a measurement without groups', () => {
    const found = judged({ groups: 0, at: () => [[0, []]] });
    expect(found.verdict).toBe('clean');
    expect(found.detectable).toBeLessThan(0.02);
  });

  it('puts leaks first, the fastest first of all, and adds them up', () => {
    const found = judged({ groups: 3, at: (ok) => [[0, [7, ok, 2 * ok]]] });
    expect(found.groups.map(({ pattern, verdict }) => `${pattern} ${verdict}`)).toEqual([
      '/g2 leak',
      '/g1 leak',
      '/g0 noise',
    ]);
    expect(found.perRequest.estimate).toBe(3);
    expect(found.bounds).toMatchObject({ requests: 800, levels: [7, 157, 307, 607, 1207, 2407] });
  });

  it('does not depend on who is listed first', () => {
    const given = measure({ habits: [leak(0.1, 'random')], workers: 3 }, 4);
    const turn = (reading: Reading): Reading => ({ ...reading, levels: [...reading.levels].reverse() });
    const turned: Measurement = {
      ...given,
      idle: given.idle.map(turn),
      blocks: given.blocks.map((block) => ({ ...block, readings: block.readings.map(turn) })),
      settle: given.settle.map(turn),
    };
    expect(judgeMeasurement(turned)).toEqual(judgeMeasurement(given));
  });
});

describe('a leak of connections between two processes that are both watched', () => {
  const lives = [life(7), life(8, 'database')];
  /** The service loses one connection per request, and its database holds the other end. */
  const between = (type: TargetGroup['class']): Measurement => {
    const found = measurement({
      lives,
      groups: 2,
      at: (ok) => [
        [0, [ok, 0]],
        [1, [0, ok]],
      ],
    });
    const [near, far] = found.groups.map((one) => ({ ...one, class: type }));
    return { ...found, groups: [near, { ...far, upstream: true }] };
  };

  it('is counted once, and both ends are named', () => {
    const { verdict, perRequest, groups } = judgeMeasurement(between('inet'));
    expect(verdict).toBe('leak');
    expect(perRequest.estimate).toBe(1);
    expect(groups.map((one) => one.verdict)).toEqual(['leak', 'leak']);
  });

  it('is counted once where both are servers that the service asks, which the addresses tell', () => {
    const asked = (near: string, far: string): number => {
      const found = between('inet');
      const groups = [near, far].map((pattern, index) => ({ ...found.groups[index], pattern, upstream: true }));
      return judgeMeasurement({ ...found, groups }).perRequest.estimate;
    };
    expect(asked('127.0.0.1:*->127.0.0.1:6379', '127.0.0.1:6379->127.0.0.1:*')).toBe(1);
    expect(asked('127.0.0.1:6379->127.0.0.1:*', '127.0.0.1:*->127.0.0.1:6379')).toBe(1);
    expect(asked('127.0.0.1:*->127.0.0.1:6379', '127.0.0.1:*->127.0.0.1:5432')).toBe(2);
    expect(asked('127.0.0.1:*->127.0.0.1:6379', '127.0.0.1:5432->127.0.0.1:*')).toBe(2);
  });

  it('is two where each loses something of its own', () => {
    expect(judgeMeasurement(between('regular')).perRequest.estimate).toBe(2);
  });
});
