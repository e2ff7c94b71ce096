import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GuardBudget } from '../../../src/analysis/guard/budget.ts';
import { DiskOutlook, type DiskReading } from '../../../src/analysis/guard/disk-outlook.ts';
import { RateWindow } from '../../../src/analysis/guard/rate-window.ts';

const PER_MINUTE = { count: 5, seconds: 60 };

/** The value after levels at each second; null level = not known. */
function rateOf(levels: readonly (number | null)[], rate = PER_MINUTE, every = 1): number | null {
  const window = new RateWindow(rate, every);
  for (const [index, level] of levels.entries()) window.add(level, index * every, 1);
  return window.value;
}

const ramp = (length: number, perSecond: number, from = 0): number[] =>
  Array.from({ length }, (_, index) => from + Math.floor(index * perSecond));

describe('a rate', () => {
  it.each<[string, number | null, readonly (number | null)[]]>([
    ['is what came in the last minute', 10, ramp(100, 1 / 6)],
    ['counts a burst while it is in the minute', 20, [...ramp(50, 0), ...Array(30).fill(20)]],
    ['forgets it afterwards', 0, [...ramp(50, 0), ...Array(80).fill(20)]],
    ['is nothing for a level that keeps still', 0, Array(10).fill(7)],
    ['is not known after a few samples', null, [7, 7, 7]],
    ['is not known without any', null, []],
    ['is known at once where too many came', 6, [0, 3, 6]],
    ['is not known while too few came in too short a time', null, ramp(20, 0.2)],
    ['is never below nothing', 0, ramp(100, -1, 200)],
    ['passes over levels that are not known', 10, ramp(100, 1 / 6).map((level, at) => (at % 3 === 1 ? null : level))],
  ])('%s', (_, expected, levels) => {
    const value = rateOf(levels);
    if (expected === null || expected === 0) expect(value).toBe(expected);
    else expect(value).toBeCloseTo(expected, 0);
  });

  it('is known after half of the time where it grows faster for sure', () => {
    expect(rateOf(ramp(29, 1), { count: 40, seconds: 60 })).toBeNull();
    expect(rateOf(ramp(32, 1), { count: 40, seconds: 60 })).toBeCloseTo(60);
  });

  it('compares nothing across a suspend', () => {
    const window = new RateWindow(PER_MINUTE, 1);
    for (let second = 0; second < 100; second++) window.add(0, second, 1);
    window.add(500, 100, 2);
    expect(window.value).toBeNull();
    for (let second = 101; second < 200; second++) window.add(500, second, 2);
    expect(window.value).toBe(0);
  });

  it('is told from few samples too', () => {
    expect(
      rateOf(
        Array.from({ length: 60 }, (_, index) => index),
        PER_MINUTE,
        30,
      ),
    ).toBeCloseTo(2);
  });

  it('is that of the levels at both ends of the time, however long the watch', () => {
    const steps = fc.array(fc.integer({ min: -2, max: 4 }), { minLength: 150, maxLength: 400 });
    fc.assert(
      fc.property(steps, (changes) => {
        let level = 100;
        const levels = changes.map((change) => {
          level += change;
          return level;
        });
        const value = rateOf(levels) ?? Number.NaN;
        // The window may begin a sample early.
        const last = levels.at(-1) ?? 0;
        const exact = [60, 61].map((back) => Math.max(0, ((last - (levels.at(-1 - back) ?? 0)) * 60) / back));
        expect(exact.some((one) => Math.abs(one - value) < 1e-9)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});

const GIB = 2 ** 30;
const disk = (kind: GuardBudget['kind'], limit: number): GuardBudget => ({ kind, limit, per: null, folder: '/var' });

function reading(seconds: number, available: number, more: Partial<DiskReading> = {}): DiskReading {
  return { seconds, size: 100 * GIB, available, used: 95 * GIB - available, inodes: 1000, inodesFree: 500, ...more };
}

function outlook(kind: GuardBudget['kind'], readings: readonly DiskReading[]) {
  const disks = new DiskOutlook(disk(kind, 1));
  return readings.map((one) => disks.observe(one)).at(-1) ?? [];
}

describe('the outlook of a disk', () => {
  it('is when it is full, by space and by inodes', () => {
    const filling = ramp(10, 1).map((at) => reading(at * 30, 50 * GIB - at * GIB, { inodesFree: 500 - at * 10 }));
    const [space, inodes] = outlook('disk-time', filling);
    expect(space?.value).toBeCloseTo((41 * GIB) / (GIB / 30));
    expect(inodes?.value).toBeCloseTo(410 / (10 / 30));
    expect(space?.evidence).toMatchObject({ available: 41 * GIB, secondsToFull: 1230 });
  });

  it.each<[string, number | null, DiskReading[]]>([
    ['is open with two looks', null, [reading(0, 50), reading(30, 40)]],
    ['has no end where nothing comes', Number.POSITIVE_INFINITY, ramp(5, 0).map((_, at) => reading(at * 30, 50))],
    ['has no end where it empties', Number.POSITIVE_INFINITY, ramp(5, 1).map((at) => reading(at * 30, 50 + at))],
    [
      'is not misled by one large file that went',
      1050,
      ramp(20, 1).map((at) => reading(at * 30, (at < 15 ? 40 : 54) * GIB - at * GIB)),
    ],
    [
      'begins anew where the file system is another',
      null,
      [...ramp(5, 1).map((at) => reading(at * 30, 50 - at)), reading(150, 40, { size: 7 * GIB })],
    ],
    ['is now where nothing is left', 0, ramp(5, 1).map((at) => reading(at * 30, 4 * GIB - at * GIB))],
  ])('%s', (_, expected, readings) => {
    const value = outlook('disk-time', readings)[0]?.value;
    if (expected === null || !Number.isFinite(expected)) expect(value).toBe(expected);
    else expect(value).toBeCloseTo(expected, 6);
  });

  it('is a share of what an ordinary user has, and bytes without inodes', () => {
    expect(outlook('disk-share', [reading(0, 19 * GIB)]).map(({ value }) => value)).toEqual([0.2, 0.5]);
    expect(outlook('disk-bytes', [reading(0, 19 * GIB)]).map(({ value }) => value)).toEqual([19 * GIB]);
    expect(outlook('disk-share', [reading(0, 19 * GIB, { inodes: 0, inodesFree: 0 })])).toHaveLength(1);
  });
});
