import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atOnce, MOST_AT_ONCE } from '../../../src/measure/probe/concurrency.ts';
import { blocks, LADDER, partSize } from '../../../src/measure/probe/ladder.ts';

describe('the ladder', () => {
  it('is n, n, 2n, 4n ... 32n, then doubles on', () => {
    expect(LADDER).toEqual([50, 50, 100, 200, 400, 800, 1600]);
    expect([...blocks(12_000)]).toEqual([50, 50, 100, 200, 400, 800, 1600, 3200, 5600]);
    expect([...blocks(200)]).toEqual([50, 50, 100]);
    expect([...blocks(10)]).toEqual([10]);
    expect([...blocks(0)]).toEqual([]);
  });

  it('has as many requests as were asked for', () => {
    fc.assert(
      fc.property(fc.nat(100_000), (most) => {
        expect([...blocks(most)].reduce((sum, size) => sum + size, 0)).toBe(most);
      }),
    );
  });
});

describe('a part of a block', () => {
  it('is a quarter of it, and ten requests at least', () => {
    expect([10, 50, 100, 1600].map((block) => partSize(block, null))).toEqual([10, 13, 25, 400]);
  });

  it('is an eighth of the life of a worker that is replaced', () => {
    expect([4, 40, 300, 100_000].map((life) => partSize(1600, life))).toEqual([2, 5, 37, 400]);
  });
});

describe('requests at a time', () => {
  it('are one to a fast server, and more the slower it is', () => {
    expect([0.2, 4.9].map(atOnce)).toEqual([1, 1]);
    expect([6, 12, 18, 39].map(atOnce)).toEqual([2, 3, 4, 4]);
    expect([40, 1000, Number.POSITIVE_INFINITY].map(atOnce)).toEqual([MOST_AT_ONCE, MOST_AT_ONCE, MOST_AT_ONCE]);
  });
});
