import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { theilSen } from '../../../src/analysis/statistics/theil-sen.ts';
import { random } from '../../support/leak-simulation/random.ts';
import { NILE } from './nile.ts';

const points = (xs: readonly number[], ys: readonly number[]) => xs.map((x, index) => ({ x, y: ys[index] }));

const whole = fc.integer({ min: -1000, max: 1000 });
const series = fc.array(fc.record({ x: whole, y: whole }), { minLength: 3, maxLength: 25 });
const slopeOf = (series: readonly { x: number; y: number }[]) => theilSen(series);

describe('the Theil-Sen slope', () => {
  it("gives the slope and the interval of Sen's own example", () => {
    // Sen 1968, JASA 63:1385: slope 4, limits 26/7 and 35/8 at 93 %.
    const found = theilSen(points([1, 2, 3, 4, 10, 12, 18], [9, 15, 19, 20, 45, 55, 78]), 0.93);
    expect(found.estimate).toBe(4);
    expect(found.low).toBeCloseTo(26 / 7, 12);
    expect(found.high).toBeCloseTo(35 / 8, 12);
  });

  it('agrees with a reference implementation on a series with ties', () => {
    // scipy.stats.theilslopes(nile, range(100), 0.95); its limits are rounded to the nearest slope, ours to the outer one.
    const found = theilSen(NILE.map((y, x) => ({ x, y })));
    expect(found.estimate).toBeCloseTo(-2.6, 12);
    expect(found.low).toBeCloseTo(-3.627906976744186, 2);
    expect(found.high).toBeCloseTo(-1.4285714285714286, 2);
  });

  it('is certain of a line, and gives no limits that a few points cannot give', () => {
    expect(theilSen(points([1, 2, 3, 4, 5, 6, 7, 8], [3, 5, 7, 9, 11, 13, 15, 17]))).toEqual({
      estimate: 2,
      low: 2,
      high: 2,
    });
    expect(theilSen(points([0, 1, 2], [0, 1, 1]))).toEqual({ estimate: 0.5, low: -Infinity, high: Infinity });
    expect(theilSen(points([5, 5], [1, 2])).estimate).toBeNaN();
  });

  it('leaves the slope where it is when a quarter of the points go wild', () => {
    const line = Array.from({ length: 20 }, (_, x) => ({ x, y: x % 4 === 1 ? 1e6 : 3 * x }));
    expect(theilSen(line).estimate).toBeCloseTo(3, 9);
  });

  it('does not change when points change places or the whole series moves', () => {
    fc.assert(
      fc.property(series, whole, whole, (given, right, up) => {
        expect(slopeOf([...given].reverse())).toEqual(slopeOf(given));
        expect(slopeOf(given.map(({ x, y }) => ({ x: x + right, y: y + up })))).toEqual(slopeOf(given));
      }),
    );
  });

  it('turns and stretches with the series', () => {
    fc.assert(
      fc.property(series, (given) => {
        const { estimate, low, high } = slopeOf(given);
        fc.pre(!Number.isNaN(estimate));
        const doubled = slopeOf(given.map(({ x, y }) => ({ x, y: 4 * y })));
        expect(doubled).toEqual({ estimate: 4 * estimate, low: 4 * low, high: 4 * high });
        const turned = slopeOf(given.map(({ x, y }) => ({ x, y: -y })));
        expect(turned.low === -high && turned.high === -low).toBe(true);
        expect(low <= estimate && estimate <= high).toBe(true);
      }),
    );
  });

  it('covers the true slope about as often as it says', () => {
    const source = random(7);
    let covered = 0;
    const runs = 400;
    for (let run = 0; run < runs; run++) {
      const { low, high } = theilSen(
        Array.from({ length: 15 }, (_, x) => ({ x, y: 0.3 * x + source.wait(1) - source.wait(1) })),
      );
      if (low <= 0.3 && 0.3 <= high) covered++;
    }
    expect(covered / runs).toBeGreaterThan(0.93);
  });
});
