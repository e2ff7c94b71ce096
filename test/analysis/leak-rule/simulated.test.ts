import { describe, expect, it } from 'vitest';
import { judgeMeasurement } from '../../../src/analysis/leak-rule/leak-rule.ts';
import type { LeakVerdict } from '../../../src/analysis/leak-rule/verdict.ts';
import { batchClose, cache, leak } from '../../support/leak-simulation/behaviour.ts';
import { measure } from '../../support/leak-simulation/measure.ts';
import { HEALTHY, LEAKING, type Scenario } from '../../support/leak-simulation/scenarios.ts';

const RUNS = 20;

function verdicts({ server, plan }: Scenario): LeakVerdict[] {
  return Array.from({ length: RUNS }, (_, seed) => judgeMeasurement(measure(server, seed, plan)));
}

describe('the leak rule on simulated healthy servers', () => {
  it.each(HEALTHY.map((scenario) => [scenario.name, scenario] as const))('accuses none: %s', (_, scenario) => {
    expect(verdicts(scenario).filter(({ verdict }) => verdict === 'leak')).toEqual([]);
  });

  it.each(['nothing', 'pool of 8', 'cache of 50', 'cache of 500', 'log rotation', 'last request kept'])(
    'is clean with a bound below 0.01 per request: %s',
    (name) => {
      const scenario = HEALTHY.find((known) => known.name === name);
      expect(scenario).toBeDefined();
      if (scenario === undefined) return;
      for (const { verdict, detectable } of verdicts(scenario)) {
        expect(verdict).toBe('clean');
        expect(detectable).toBeLessThan(0.01);
      }
    },
  );
});

describe('the leak rule on simulated leaks', () => {
  it.each(LEAKING.map((scenario) => [scenario.name, scenario] as const))(
    'names it and covers its rate: %s',
    (_, scenario) => {
      const found = verdicts(scenario);
      const named = found.filter(({ verdict }) => verdict === 'leak');
      expect(named.length / RUNS).toBeGreaterThanOrEqual(scenario.detected ?? 0.95);
      const covering = named.filter(({ perRequest: { low, high } }) => low <= scenario.rate && scenario.rate <= high);
      expect(covering.length / named.length).toBeGreaterThanOrEqual(scenario.covered ?? 0.86);
    },
  );

  it.each([2, 1, 0.1, 0.02])('gives an exact leak of %d within 5 %% or 0.01', (rate) => {
    const { perRequest } = judgeMeasurement(measure({ habits: [leak(rate)] }, 1));
    expect(Math.abs(perRequest.estimate - rate)).toBeLessThanOrEqual(Math.max(0.05 * rate, 0.01));
  });
});

describe('what no measurement of that length can tell from a leak', () => {
  it('is called one with its bounds: a cache larger than the requests', () => {
    const { verdict, bounds } = judgeMeasurement(measure({ habits: [cache(5000)] }, 1));
    expect(verdict).toBe('leak');
    expect(bounds.requests).toBe(3200);
  });

  it('is called one with its bounds: a close later than the seconds watched', () => {
    const late = Array.from({ length: 10 }, (_, seed) =>
      judgeMeasurement(measure({ habits: [batchClose(200)] }, seed)),
    );
    expect(late.every(({ verdict, bounds }) => verdict !== 'leak' || bounds.seconds < 20)).toBe(true);
    expect(late.some(({ verdict }) => verdict === 'leak')).toBe(true);
  });
});
