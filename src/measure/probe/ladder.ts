/** Requests of the counted blocks: the first two alike, then doubling. */
export const LADDER: readonly number[] = [50, 50, 100, 200, 400, 800, 1600];
/** Quiet levels in one block where workers last. */
const LEVELS = 4;
/** A level is read after at least so many requests. */
const LEAST_PART = 10;
/** Levels in the life of a worker that is replaced after a number of requests: fewer would not show what it gains. */
const LEVELS_PER_LIFE = 8;
/** Fewer requests between two levels would say nothing of either. */
const SHORTEST_PART = 2;

/** The blocks for a number of requests in all: the ladder as far as it goes, then doubling on. */
export function* blocks(most: number): Generator<number> {
  let left = most;
  for (let step = 0; left > 0; step++) {
    const size = Math.min(left, LADDER[step] ?? 1600 * 2 ** (step - LADDER.length + 1));
    left -= size;
    yield size;
  }
}

/**
 * Requests between two levels of a block.
 *
 * @param life requests to the whole family in the life of one worker; null where none was replaced. One that is too short for
 *   two levels cannot be followed.
 */
export function partSize(block: number, life: number | null): number {
  const plain = Math.max(LEAST_PART, Math.ceil(block / LEVELS));
  if (life === null || life < 2 * SHORTEST_PART) return plain;
  return Math.min(plain, Math.max(SHORTEST_PART, Math.floor(life / LEVELS_PER_LIFE)));
}
