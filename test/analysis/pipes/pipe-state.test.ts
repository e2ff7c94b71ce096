import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pipeState, secondsToFull } from '../../../src/analysis/pipes/pipe-state.ts';

describe('the state of a pipe', () => {
  it.each([
    [65_185, 65_536, false, 'full'],
    [65_520, 65_536, false, 'full'],
    [61_440, 65_536, false, 'high'],
    [61_441, 65_536, false, 'full'],
    [58_982, 65_536, false, 'normal'],
    [58_983, 65_536, false, 'high'],
    [943_719, 1_048_576, false, 'high'],
    [0, 4096, false, 'normal'],
    [1, 4096, false, 'full'],
    [16, 65_536, true, 'packets'],
    [0, 65_536, true, 'normal'],
  ] as const)('with %i of %i bytes (packets: %s) is %s', (queued, capacity, packets, state) => {
    expect(pipeState({ queued, capacity }, packets)).toBe(state);
  });

  it('is never full while a page is free by bytes', () => {
    const size = fc.integer({ min: 0, max: 8 }).map((power) => 4096 * 2 ** power);
    fc.assert(
      fc.property(size, fc.nat(2 ** 20), (capacity, count) => {
        const queued = Math.min(count, capacity);
        expect(pipeState({ queued, capacity }, false) === 'full').toBe(queued > 0 && queued > capacity - 4096);
      }),
    );
  });
});

describe('the time until it is full', () => {
  it('ends when no page is free', () => {
    expect(secondsToFull({ queued: 0, capacity: 65_536 }, 6144)).toBe(10);
    expect(secondsToFull({ queued: 65_000, capacity: 65_536 }, 1)).toBe(0);
    expect(secondsToFull({ queued: 0, capacity: 65_536 }, 0)).toBeNull();
    expect(secondsToFull({ queued: 5, capacity: 65_536 }, -3)).toBeNull();
    expect(secondsToFull({ queued: 5, capacity: 65_536 }, null)).toBeNull();
  });
});
