import { describe, expect, it } from 'vitest';
import { exhaustionOf, type TimedLevel, trendOf } from '../../../src/analysis/watch/trend.ts';
import { type Random, random } from '../../support/leak-simulation/random.ts';

type Level = (second: number, random: Random) => number;

const RUNS = 60;

function levels(seconds: number, level: Level, seed = 1): TimedLevel[] {
  const chance = random(seed);
  return Array.from({ length: seconds + 1 }, (_, second) => ({
    seconds: second,
    level: Math.round(level(second, chance)),
    segment: 0,
  }));
}

/** A new level each time: what is remembered between seconds must not be shared by two runs. */
function runs(seconds: number, make: () => Level) {
  return Array.from({ length: RUNS }, (_, seed) => trendOf(levels(seconds, make(), seed + 1)));
}

const share = (trends: readonly { verdict: string }[], verdict: string): number =>
  trends.filter((trend) => trend.verdict === verdict).length / trends.length;

/** Connections that come at random and stay for a while: an M/M/infinity queue. */
const clients = (mean: number, stay: number) => (): Level => {
  let now = mean;
  return (_, chance) => {
    for (let i = 0; i < now; i++) if (chance.unit() < 1 / stay) now--;
    for (let left = mean / stay; left > 0; left--) if (chance.unit() < Math.min(1, left)) now++;
    return now;
  };
};

const leak = (perSecond: number) => (): Level => {
  let open = 20;
  return (_, chance) => {
    if (chance.unit() < perSecond) open++;
    return open;
  };
};

describe('the trend of a level', () => {
  it('is exact where growth is', () => {
    const { verdict, perMinute } = trendOf(levels(60, (second) => 20 + 2 * second));
    expect(verdict).toBe('growing');
    expect(perMinute?.estimate).toBeCloseTo(120, 9);
    expect(perMinute?.low).toBeCloseTo(119, 9);
    expect(perMinute?.high).toBeCloseTo(121, 9);
  });

  it('says of a still level what it rules out', () => {
    const { verdict, reason, perMinute } = trendOf(levels(60, () => 20));
    expect([verdict, reason, perMinute?.estimate, perMinute?.high]).toEqual(['steady', 'flat', 0, 3]);
  });

  it.each([
    ['falling', 'fell', (second: number) => 200 - second],
    ['steady', 'stopped', (second: number) => 20 + Math.min(second, 60)],
    ['undecided', 'slowing', (second: number) => 60 - 60 * Math.exp(-second / 40)],
    ['undecided', 'too-little', (second: number) => 20 + second * 0.022 + 2 * ((second * 0.618) % 1)],
  ] as const)('is %s: %s', (verdict, reason, level) => {
    expect(trendOf(levels(120, level))).toMatchObject({ verdict, reason });
  });

  it('is undecided with few samples, and without a figure with fewer', () => {
    expect(trendOf(levels(5, (second) => second))).toMatchObject({ verdict: 'undecided', reason: 'too-short' });
    expect(trendOf(levels(1, (second) => second)).perMinute).toBeNull();
    expect(trendOf([])).toMatchObject({ verdict: 'undecided' });
  });

  it('compares nothing across a suspend', () => {
    const before = levels(30, () => 500);
    const after = levels(30, () => 20).map((one) => ({ ...one, seconds: one.seconds + 31, segment: 1 }));
    expect(trendOf([...before, ...after])).toMatchObject({ verdict: 'steady', halves: [20, 20] });
    expect(trendOf([...before, ...after.slice(0, 3)])).toMatchObject({ halves: [500, 500] });
  });
});

describe('the interval of a trend', () => {
  it.each([
    ['a leak by chance, 0.5 per second', leak(0.5), 30],
    ['a leak by chance, 0.1 per second', leak(0.1), 6],
    ['noise of its own on a leak', () => (second: number, chance: Random) => second + 6 * chance.unit(), 60],
    ['noise of its own on nothing', () => (_: number, chance: Random) => 30 + 6 * chance.unit(), 0],
    ['clients that come and go', clients(30, 10), 0],
  ] as const)('covers the truth: %s', (_, make, truth) => {
    const found = runs(120, make);
    const covering = found.filter(
      ({ perMinute }) => perMinute !== null && perMinute.low <= truth && truth <= perMinute.high,
    );
    expect(covering.length / RUNS).toBeGreaterThanOrEqual(0.9);
  });
});

describe('growth', () => {
  it.each([
    ['0.5 per second', leak(0.5)],
    ['0.2 per second', leak(0.2)],
    [
      'one per second among clients',
      () => {
        const come = clients(10, 5)();
        return (second: number, chance: Random) => second + come(second, chance);
      },
    ],
  ] as const)('is found in two minutes: %s', (_, make) => {
    expect(share(runs(120, make), 'growing')).toBeGreaterThanOrEqual(0.9);
  });

  it.each([
    ['nothing', () => () => 30],
    ['noise', () => (_: number, chance: Random) => 30 + 10 * chance.unit()],
    ['clients that stay 5 s', clients(20, 5)],
    ['clients that stay 30 s', clients(20, 30)],
    ['a collector that runs every 15 s', () => (second: number) => 30 + (second % 15)],
    ['a pool that fills', () => (second: number) => 20 + Math.min(8, second)],
  ] as const)('is not invented: %s', (_, make) => {
    expect(share(runs(120, make), 'growing')).toBeLessThanOrEqual(0.03);
  });
});

describe('time to exhaustion', () => {
  it('is headroom over speed, and its interval the other way round', () => {
    const perMinute = { estimate: 60, low: 30, high: 120 };
    const trend = { verdict: 'growing', reason: 'grew', perMinute, halves: null } as const;
    expect(exhaustionOf(60, trend)).toEqual({ estimate: 60, low: 30, high: 120 });
    expect(exhaustionOf(60, { ...trend, perMinute: { ...perMinute, low: 0 } })?.high).toBeNull();
    expect(exhaustionOf(null, trend)).toBeNull();
    expect(exhaustionOf(60, { ...trend, verdict: 'undecided' })).toBeNull();
  });
});
