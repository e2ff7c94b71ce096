import { describe, expect, it } from 'vitest';
import { wandering } from '../../../src/analysis/statistics/drift.ts';
import { random } from '../../support/leak-simulation/random.ts';

describe('how fast a level wanders', () => {
  it('finds the variance per second of a random walk', () => {
    const source = random(11);
    let level = 0;
    // Steps of +-1 every 0.1 s: variance 10 per second.
    const walk = Array.from({ length: 20_000 }, (_, index) => {
      level += source.chance(0.5) ? 1 : -1;
      return { seconds: index / 10, level };
    });
    expect(Math.abs(wandering([walk], 0.5) - 10)).toBeLessThan(1);
  });

  it('gives noise that does not wander less the longer the lag', () => {
    const source = random(12);
    const noise = Array.from({ length: 5000 }, (_, index) => ({
      seconds: index / 10,
      level: source.unit() * Math.sqrt(12),
    }));
    expect(Math.abs(wandering([noise], 0.5) - 2 / 0.5)).toBeLessThan(0.4);
    expect(Math.abs(wandering([noise], 5) - 2 / 5)).toBeLessThan(0.05);
  });

  it('looks at each stretch by itself, and says 0 of stretches shorter than the lag', () => {
    const flat = (level: number) => [0, 1, 2, 3].map((seconds) => ({ seconds, level }));
    expect(wandering([flat(0), flat(1000)], 1)).toBe(0);
    expect(
      wandering(
        [
          [
            { seconds: 0, level: 0 },
            { seconds: 0.1, level: 9 },
          ],
          [],
        ],
        0.5,
      ),
    ).toBe(0);
  });
});
