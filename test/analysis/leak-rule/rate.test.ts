import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rateOf } from '../../../src/analysis/leak-rule/rate.ts';

const gain = (requests: number, growth: number) => ({ requests, growth, seconds: requests / 1000 });

const gains = fc.array(
  fc.record({ requests: fc.integer({ min: 1, max: 400 }), growth: fc.integer({ min: 0, max: 400 }) }),
  { minLength: 1, maxLength: 20 },
);

describe('the rate of a stretch', () => {
  it('is sharp where each request left one, however the steps are cut', () => {
    const { perRequest, error } = rateOf([gain(50, 50), gain(50, 50), gain(100, 100), gain(640, 640)]);
    expect(error).toBe(0);
    expect(perRequest.estimate).toBe(1);
    expect([perRequest.low.toFixed(2), perRequest.high.toFixed(2)]).toEqual(['1.00', '1.00']);
  });

  it('knows better from levels that breathe about a line than the single steps would tell', () => {
    const breathing = Array.from({ length: 16 }, (_, index) => gain(200, 20 + (index % 2 === 0 ? 12 : -12)));
    const { perRequest, error } = rateOf(breathing);
    expect(error).toBeLessThan(0.005);
    expect(Math.abs(perRequest.estimate - 0.1)).toBeLessThan(0.005);
  });

  it('is wider where the level wanders by itself', () => {
    const steady = Array.from({ length: 10 }, () => gain(100, 10));
    const still = rateOf(steady).perRequest;
    const wandering = rateOf(steady, { wandering: 100, pilesUp: false }).perRequest;
    expect(wandering.high - wandering.low).toBeGreaterThan(still.high - still.low);
  });

  it('lies inside its interval', () => {
    fc.assert(
      fc.property(gains, (given) => {
        const { estimate, low, high } = rateOf(given.map(({ requests, growth }) => gain(requests, growth))).perRequest;
        expect(low <= estimate && estimate <= high).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
