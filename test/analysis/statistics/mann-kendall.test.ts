import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kendallVariance, mannKendall, tieSizes } from '../../../src/analysis/statistics/mann-kendall.ts';
import { NILE } from './nile.ts';

describe('the Mann-Kendall test', () => {
  it('gives the published figures of a straight climb', () => {
    // MannKendall.jl, test/runtests.jl: 1:100.
    const found = mannKendall(Array.from({ length: 100 }, (_, index) => index + 1));
    expect(found.s).toBe(4950);
    expect(found.variance).toBe(112750);
    expect(found.z).toBeCloseTo(14.73869998208331, 10);
    expect(found.p).toBeCloseTo(0, 12);
  });

  it('agrees with counts made by another program on a series with ties', () => {
    const found = mannKendall(NILE);
    expect(found.s).toBe(-1387);
    expect(found.z).toBeLessThan(-4);
    expect(found.p).toBeLessThan(5e-5);
  });

  it('corrects the variance for ties', () => {
    // n = 8, one group of 3 and one of 2: (8*7*21 - 3*2*11 - 2*1*9) / 18.
    const values = [1, 2, 2, 2, 3, 4, 4, 5];
    expect(tieSizes(values)).toEqual([3, 2]);
    expect(kendallVariance(8, tieSizes(values))).toBeCloseTo((1176 - 66 - 18) / 18, 12);
  });

  it('finds no trend in a constant, a single value or nothing', () => {
    for (const values of [[7, 7, 7, 7], [3], []])
      expect(mannKendall(values)).toEqual({ s: 0, variance: 0, z: 0, p: 1 });
  });

  it('sees only the order of values, and the other way round the opposite', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { maxLength: 30 }), (values) => {
        const found = mannKendall(values);
        expect(mannKendall(values.map((value) => value ** 3 + 5 * value))).toEqual(found);
        const back = mannKendall([...values].reverse());
        expect(back.s + found.s).toBe(0);
        expect(back.p).toBe(found.p);
      }),
    );
  });
});
