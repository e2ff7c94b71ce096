import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExitWindow } from '../../../src/analysis/churn/exit-window.ts';

/** The first event that is one too many, by counting each window anew. */
function firstTooMany(times: readonly number[], count: number, seconds: number): number | null {
  for (const [index, end] of times.entries()) {
    const inside = times.slice(0, index + 1).filter((time) => time >= end - seconds);
    if (inside.length > count) return end;
  }
  return null;
}

describe('a window of exits', () => {
  it('is exceeded exactly when some span holds one too many', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 60 }),
        fc.integer({ min: 0, max: 12 }),
        fc.integer({ min: 1, max: 90 }),
        (unordered, count, seconds) => {
          const times = unordered.toSorted((a, b) => a - b);
          const window = new ExitWindow({ count, seconds });
          for (const time of times) window.add(time);
          expect(window.exceeded?.seconds ?? null).toBe(firstTooMany(times, count, seconds));
          if (window.exceeded) {
            expect(window.exceeded.count).toBe(count + 1);
            expect(window.exceeded.span).toBeLessThanOrEqual(seconds);
          }
        },
      ),
    );
  });

  it('counts its two ends, and forgets what is older', () => {
    const window = new ExitWindow({ count: 1, seconds: 90 });
    expect([window.add(0), window.add(90.5), window.add(180.5)]).toEqual([false, false, true]);
    expect(window.exceeded).toEqual({ seconds: 180.5, count: 2, span: 90 });
    expect([window.standing(180.5), window.standing(271)]).toEqual([2, 0]);
  });

  it('takes a million of one moment as it takes one too many', () => {
    const window = new ExitWindow({ count: 10, seconds: 90 });
    expect(window.add(1, 10)).toBe(false);
    expect(window.add(2, 1e6)).toBe(true);
    expect(window.exceeded).toEqual({ seconds: 2, count: 11, span: 0 });
    expect(window.standing(2)).toBe(11);
  });

  it('of 27 crashes a second is over 10 in 90 s after 0.4 s', () => {
    const window = new ExitWindow({ count: 10, seconds: 90 });
    for (let exit = 1; exit <= 165; exit++) window.add(exit / 27);
    expect(window.exceeded?.seconds).toBeCloseTo(0.41, 2);
  });
});
