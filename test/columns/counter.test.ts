import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PairCounter, smallerHalf } from '../../src/columns/counter.ts';

const pairs = fc.array(fc.tuple(fc.nat(20), fc.nat(50)), { maxLength: 2000 });

function count(list: readonly (readonly [number, number])[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [left, right] of list) counts.set(`${left},${right}`, (counts.get(`${left},${right}`) ?? 0) + 1);
  return counts;
}

describe('PairCounter', () => {
  it('is exact while all pairs fit', () => {
    fc.assert(
      fc.property(pairs, (list) => {
        const counter = new PairCounter(1 << 12);
        for (const [left, right] of list) counter.add(left, right);
        const expected = count(list);
        const found = new Map<string, number>();
        counter.forEach((left, right, times) => {
          found.set(`${left},${right}`, times);
        });
        expect(found).toEqual(expected);
        expect(counter.maxError).toBe(0);
        expect(counter.size).toBe(expected.size);
      }),
    );
  });

  it('beyond, stays within its capacity and its stated error', () => {
    fc.assert(
      fc.property(pairs, fc.integer({ min: 4, max: 64 }), (list, capacity) => {
        const counter = new PairCounter(capacity);
        for (const [left, right] of list) counter.add(left, right);
        expect(counter.size).toBeLessThanOrEqual(capacity);
        for (const [pair, times] of count(list)) {
          const [left, right] = pair.split(',').map(Number) as [number, number];
          const held = counter.get(left, right);
          expect(held).toBeLessThanOrEqual(times);
          expect(times - held).toBeLessThanOrEqual(counter.maxError);
        }
      }),
    );
  });

  it('says whether one thing or several were counted under a pair', () => {
    const counter = new PairCounter(10);
    expect(counter.add(1, 1, 7)).toBe(true);
    expect(counter.add(1, 1, 7)).toBe(false);
    counter.add(1, 2, 7);
    counter.add(1, 2, 8);
    counter.note(1, 2, 33);
    const found: unknown[] = [];
    counter.forEach((...pair) => {
      found.push(pair);
    });
    expect(found.sort()).toEqual([
      [1, 1, 2, -1, true],
      [1, 2, 2, 33, false],
    ]);
  });

  it('adds up pairs that become one', () => {
    const counter = new PairCounter(10);
    for (const right of [0, 1, 1, 2]) counter.add(5, right);
    counter.renumberRight(Int32Array.of(0, 0, -1));
    expect([counter.get(5, 0), counter.get(5, 1), counter.get(5, 2), counter.size]).toEqual([3, 0, 0, 1]);
  });
});

describe('smallerHalf', () => {
  it('is a count that at least half do not exceed', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1 }), (counts) => {
        const least = smallerHalf(Int32Array.from([...counts, 0, 0]));
        expect(counts.filter((n) => n <= least).length * 2).toBeGreaterThanOrEqual(counts.length);
        expect(counts.filter((n) => n < least).length * 2).toBeLessThan(counts.length + 1);
      }),
    );
  });
});
