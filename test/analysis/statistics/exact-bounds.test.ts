import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  binomialInterval,
  perRequestInterval,
  poissonInterval,
  ruledOutRate,
} from '../../../src/analysis/statistics/exact-bounds.ts';

describe('the exact interval of a probability', () => {
  it("gives the figures of R's documented example", () => {
    // R, ?binom.test: Conover 1971, p. 97: 682 of 925.
    const { low, high } = binomialInterval(682, 925);
    expect(low).toBeCloseTo(0.7076683, 6);
    expect(high).toBeCloseTo(0.7654066, 6);
  });

  it('has closed forms at the ends', () => {
    expect(binomialInterval(0, 20)).toMatchObject({ estimate: 0, low: 0 });
    expect(binomialInterval(0, 20).high).toBeCloseTo(1 - 0.025 ** (1 / 20), 12);
    expect(binomialInterval(20, 20).low).toBeCloseTo(0.025 ** (1 / 20), 12);
    expect(binomialInterval(0, 0)).toMatchObject({ low: 0, high: 1 });
  });

  it('mirrors and holds its own figure', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.double({ min: 0, max: 1, noNaN: true }), (trials, share) => {
        const successes = Math.round(share * trials);
        const [one, other] = [binomialInterval(successes, trials), binomialInterval(trials - successes, trials)];
        expect(one.low).toBeCloseTo(1 - other.high, 9);
        expect(one.low <= one.estimate && one.estimate <= one.high).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});

describe('the exact interval of a count', () => {
  it("gives Garwood's table", () => {
    // Garwood 1936, Biometrika 28:437, table I, 95 %.
    for (const [events, low, high] of [
      [0, 0, 3.69],
      [1, 0.0253, 5.57],
      [5, 1.62, 11.67],
      [10, 4.8, 18.39],
      [20, 12.22, 30.89],
      [50, 37.11, 65.92],
    ]) {
      const found = poissonInterval(events);
      expect(found.low).toBeCloseTo(low, 2);
      expect(Math.abs(found.high - high)).toBeLessThan(0.006);
    }
  });

  it("gives the figures of R's documented example", () => {
    // R, ?poisson.test: 137 events in 24.19893.
    const { low, high } = poissonInterval(137);
    expect(low / 24.19893).toBeCloseTo(4.753125, 6);
    expect(high / 24.19893).toBeCloseTo(6.692709, 6);
  });
});

describe('the rate that a quiet run rules out', () => {
  it('is the rule of three', () => {
    for (const requests of [100, 1000, 5000]) expect(ruledOutRate(requests) * requests).toBeCloseTo(-Math.log(0.05), 9);
  });

  it('grows with what it takes to be seen, and is endless without requests', () => {
    expect(ruledOutRate(1000, 10)).toBeGreaterThan(ruledOutRate(1000, 5));
    expect(ruledOutRate(1000, 5)).toBeCloseTo(9.1535 / 1000, 6);
    expect(ruledOutRate(0)).toBe(Infinity);
  });
});

describe('the interval of a rate per request', () => {
  it('is all but certain where each request left exactly one', () => {
    const { estimate, low, high } = perRequestInterval(840, 840);
    expect(estimate).toBe(1);
    expect([low.toFixed(2), high.toFixed(2)]).toEqual(['1.00', '1.00']);
    expect(perRequestInterval(1680, 840).estimate).toBe(2);
  });

  it('covers a thin leak in at least 93 % of runs, by the sum over all outcomes', () => {
    const requests = 1500;
    for (const rate of [0.005, 0.02, 0.1]) {
      let covered = 0;
      let chance = (1 - rate) ** requests;
      for (let events = 0; events <= requests; events++) {
        const { low, high } = perRequestInterval(events, requests);
        if (low <= rate && rate <= high) covered += chance;
        chance *= ((requests - events) / (events + 1)) * (rate / (1 - rate));
        if (events > 40 && chance < 1e-12 && events > 2 * rate * requests) break;
      }
      expect(covered).toBeGreaterThan(0.93);
    }
  });

  it('says nothing of no requests, and takes a loss for none', () => {
    expect(perRequestInterval(0, 0)).toMatchObject({ low: 0, high: Infinity });
    expect(perRequestInterval(-5, 100).estimate).toBe(0);
  });
});
