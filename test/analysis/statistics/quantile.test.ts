import { describe, expect, it } from 'vitest';
import { normalDistribution, normalQuantile, studentQuantile } from '../../../src/analysis/statistics/quantile.ts';
import { betaDistribution, gammaDistribution, logGamma } from '../../../src/analysis/statistics/special.ts';

describe('distributions', () => {
  it('has the normal distribution of the tables', () => {
    // Abramowitz & Stegun, table 26.1 and 26.5.
    expect(normalDistribution(0)).toBeCloseTo(0.5, 14);
    expect(normalDistribution(1)).toBeCloseTo(0.841344746068543, 12);
    expect(normalDistribution(-2)).toBeCloseTo(0.022750131948179, 12);
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 10);
    expect(normalQuantile(0.005)).toBeCloseTo(-2.575829303548901, 10);
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity]);
  });

  it("has Student's t of the tables", () => {
    // Abramowitz & Stegun, table 26.10.
    expect(studentQuantile(0.975, 1)).toBeCloseTo(12.7062, 4);
    expect(studentQuantile(0.975, 5)).toBeCloseTo(2.5706, 4);
    expect(studentQuantile(0.025, 10)).toBeCloseTo(-2.2281, 4);
    expect(studentQuantile(0.999, 15)).toBeCloseTo(3.7328, 4);
    expect(studentQuantile(0.95, 0)).toBe(Infinity);
  });

  it('has gamma and beta functions that meet their identities', () => {
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 12);
    expect(logGamma(11)).toBeCloseTo(Math.log(3628800), 10);
    expect(gammaDistribution(2, 1)).toBeCloseTo(1 - Math.exp(-2), 13);
    expect(betaDistribution(0.3, 1, 4)).toBeCloseTo(1 - 0.7 ** 4, 13);
    expect(betaDistribution(0.2, 3, 5) + betaDistribution(0.8, 5, 3)).toBeCloseTo(1, 13);
  });
});
