import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NumberSet } from '../../src/analysis/number-set.ts';

function setOf(numbers: Iterable<number>): NumberSet {
  const set = new NumberSet();
  for (const number of numbers) set.add(number);
  return set;
}

describe('NumberSet', () => {
  it('agrees with a plain set about size, highest, lowest free and how many are at or above a limit', () => {
    const numbers = fc.array(fc.oneof(fc.nat(80), fc.nat(5000), fc.nat(1_100_000)), { maxLength: 200 });
    fc.assert(
      fc.property(numbers, fc.nat(6000), (list, limit) => {
        const set = setOf(list);
        const plain = new Set(list);
        let free = 0;
        while (plain.has(free)) free++;
        expect(set.size).toBe(plain.size);
        expect(set.highest).toBe(Math.max(-1, ...plain));
        expect(set.lowestFree()).toBe(free);
        expect(set.atOrAbove(limit)).toBe([...plain].filter((number) => number >= limit).length);
      }),
    );
  });

  it('counts *NNN labels as numbers from 10000 up', () => {
    const set = setOf([0, 1, 2]);
    for (let i = 0; i < 500; i++) set.addStarred(i % 100);
    expect(set.labels).toBe(103);
    expect(set.atOrAbove(1024)).toBe(500);
    // 200 of the 500 may be 10000 to 10199: headroom must not count on their being above.
    expect(set.atOrAbove(10_200)).toBe(300);
    expect(set.atOrAbove(1_048_576)).toBe(0);
  });

  it('finds the lowest free number behind a full page', () => {
    expect(setOf(Array.from({ length: 1024 }, (_, i) => i)).lowestFree()).toBe(1024);
    expect(setOf([0, 1, 3]).lowestFree()).toBe(2);
    expect(setOf([]).lowestFree()).toBe(0);
  });
});
