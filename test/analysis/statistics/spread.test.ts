import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  differenceNoise,
  median,
  medianDeviation,
  neighbourCorrelation,
} from '../../../src/analysis/statistics/spread.ts';
import { random } from '../../support/leak-simulation/random.ts';

const counts = fc.array(fc.integer({ min: -500, max: 500 }), { minLength: 1, maxLength: 40 });

describe('measures of spread', () => {
  it("gives the figure of R's documented example", () => {
    // R, ?mad: mad(c(1:9)) and mad(c(1:8, 100)), which must not differ.
    expect(medianDeviation([1, 2, 3, 4, 5, 6, 7, 8, 9])).toBeCloseTo(2.9652, 4);
    expect(medianDeviation([1, 2, 3, 4, 5, 6, 7, 8, 100])).toBeCloseTo(2.9652, 4);
  });

  it('takes the mean of the two middle values', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([])).toBeNaN();
  });

  it('finds the noise on a climb, which the plain deviation would not', () => {
    const source = random(3);
    const climb = Array.from({ length: 2000 }, (_, index) => 5 * (source.unit() - 0.5) * Math.sqrt(12) + index * 0.2);
    expect(Math.abs(differenceNoise(climb) - 5)).toBeLessThan(0.3);
  });

  it('moves and stretches with the values', () => {
    fc.assert(
      fc.property(counts, fc.integer({ min: -99, max: 99 }), (values, shift) => {
        for (const measure of [medianDeviation, differenceNoise]) {
          expect(measure(values.map((value) => value + shift))).toBeCloseTo(measure(values), 9);
          expect(measure(values.map((value) => -2 * value))).toBeCloseTo(2 * measure(values), 9);
        }
      }),
    );
  });

  it('knows alike neighbours from independent ones', () => {
    const source = random(5);
    const independent = Array.from({ length: 500 }, () => source.unit());
    let level = 0;
    const drifting = Array.from({ length: 500 }, () => (level += source.unit() - 0.5));
    expect(Math.abs(neighbourCorrelation(independent))).toBeLessThan(0.15);
    expect(neighbourCorrelation(drifting)).toBeGreaterThan(0.9);
    expect(neighbourCorrelation([2, 2, 2, 2, 2])).toBe(0);
  });
});
