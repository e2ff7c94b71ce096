import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StepFold } from '../../../src/analysis/churn/step-fold.ts';

/** A slot of workers that take requests at random, keep `each` descriptors for one, and leave after `quota` of them. */
function simulate(choices: readonly number[], workers: number, quota: number, each: number): StepFold {
  const fold = new StepFold();
  let next = workers;
  const served = new Map(Array.from({ length: workers }, (_, life) => [life, 0]));
  const look = (requests: number): void =>
    fold.take(new Map([['slot', new Map([...served].map(([life, count]) => [life, 6 + count * each]))]]), requests);
  look(0);
  for (const choice of choices) {
    const lives = [...served.keys()];
    const life = lives[choice % lives.length] ?? 0;
    served.set(life, (served.get(life) ?? 0) + 1);
    look(1);
    if ((served.get(life) ?? 0) >= quota) {
      served.delete(life);
      served.set(next++, 0);
    }
  }
  return fold;
}

describe('descriptors per request', () => {
  it('are what each request keeps, however the workers that took them are replaced', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(1000), { minLength: 150, maxLength: 200 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 10, max: 40 }),
        fc.integer({ min: 0, max: 3 }),
        (choices, workers, quota, each) => {
          const steps = simulate(choices, workers, quota, each).of(['slot']);
          if (!steps || steps.requests === 0) return;
          expect(steps.kept).toBe(steps.requests * each);
          expect(steps.perRequest).toBe(each);
          if (each > 0 && steps.requests >= 20) expect(steps.keepsGrowing).toBe(true);
        },
      ),
    );
  });

  it('leave out what a worker opens with its first request, and what it closes on its way out', () => {
    const fold = new StepFold();
    const look = (requests: number, ...held: [number, number][]): void =>
      fold.take(new Map([['slot', new Map(held)]]), requests);
    look(0, [0, 6]);
    look(1, [0, 9]);
    for (let count = 10; count <= 20; count++) look(1, [0, count]);
    look(1, [0, 6]);
    look(0, [1, 6]);
    const steps = fold.of(['slot']);
    expect(steps?.kept).toBe(steps?.requests);
    expect(fold.requests).toBe(13);
  });

  it('are not moved by a connection that is closed late', () => {
    const fold = new StepFold();
    for (let request = 0; request <= 100; request++) {
      fold.take(
        new Map([['slot', new Map([[0, 6 + request + (request % 30 === 29 ? 1 : 0)]])]]),
        request === 0 ? 0 : 1,
      );
      if (request === 59) fold.take(new Map([['slot', new Map([[1, 6]])]]), 0);
    }
    expect(fold.of(['slot'])?.perRequest).toBe(1);
  });

  it('are none where no slot was looked at', () => {
    expect(new StepFold().of(['slot'])).toBeNull();
  });
});
