import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newHash } from '../../src/columns/hash.ts';
import { decodeText, encodeText } from '../../src/columns/utf8.ts';
import { foldTarget, patternBuffer } from '../../src/model/pattern.ts';
import { hashSkeleton, isNumberless } from '../../src/model/skeleton.ts';

function skeletonOf(path: string): string | null {
  const hash = newHash();
  const bytes = encodeText(path);
  return hashSkeleton(bytes, 0, bytes.length, 0, hash) ? `${hash.first} ${hash.second}` : null;
}

function folded(path: string): { pattern: string; numberless: boolean } {
  const bytes = encodeText(path);
  const buffer = patternBuffer();
  foldTarget(bytes, 0, bytes.length, buffer);
  return {
    pattern: decodeText(buffer.bytes, 0, buffer.length),
    numberless: isNumberless(buffer.bytes, 0, buffer.length),
  };
}

/** A piece of a path; `#` and a count stands for a number of so many digits. */
const piece = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 4, max: 20 }).map((length) => `#${length};`) },
  { weight: 3, arbitrary: fc.constantFrom('/', '/', '-', '_', '.', ':', ',', '+', ' ', '(', ')') },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ...'usr lib dev shm proc etc srv tmp tmp_ php nfs sess sess_ upload cache objects log T x v img Ab3dE9xQ k7qzpwxa'.split(
        ' ',
      ),
      ...'3f 9c 0 2 4 01 007 12 2024 so jar .so.1 deadbeef 550e8400 e29b-41d4-a716-446655440000 python3 utf8mb4 é'.split(
        ' ',
      ),
    ),
  },
  { weight: 1, arbitrary: fc.stringMatching(/^[A-Za-z0-9_-]{1,24}$/) },
);
const shape = fc.array(piece, { minLength: 1, maxLength: 12 }).map((pieces) => `/${pieces.join('')}`);
const digits = fc.array(fc.constantFrom(...'0012244679'), { minLength: 20, maxLength: 20 });

function filled(path: string, numbers: readonly (readonly string[])[]): string {
  let at = 0;
  return path.replace(/#(\d+);/g, (_, length) =>
    (numbers[at++ % numbers.length] ?? []).slice(0, Number(length)).join(''),
  );
}

describe('skeletons', () => {
  it('are one for names that differ in long numbers, whose pattern is one', () => {
    fc.assert(
      fc.property(
        shape,
        fc.array(digits, { minLength: 1, maxLength: 4 }),
        fc.array(digits, { minLength: 1, maxLength: 4 }),
        (path, numbers, others) => {
          const [a, b] = [filled(path, numbers), filled(path, others)];
          const skeleton = skeletonOf(a);
          fc.pre(skeleton !== null && skeleton === skeletonOf(b));
          const { pattern, numberless } = folded(a);
          if (numberless) expect(folded(b).pattern).toBe(pattern);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('keep apart what is not told by a number that stands by itself', () => {
    const same = (a: string, b: string) => skeletonOf(a) !== null && skeletonOf(a) === skeletonOf(b);
    expect(same('/up/1700000001.part', '/up/1700000002.part')).toBe(true);
    expect(same('/up/1700000001.part', '/up/170000001.part')).toBe(false);
    expect(same('/up/1700000001.part', '/up/1700000001.parT')).toBe(false);
    expect(same('/up/img12345-12345', '/up/img12346-12345')).toBe(false);
    expect(same('/up/12345a-12345', '/up/12346a-12345')).toBe(false);
    expect(same('/up/123-12345', '/up/124-12345')).toBe(false);
  });

  it('are none for names without a long number, for patterns, escapes and what is no path', () => {
    for (const name of ['/srv/app/cat.jpg', '/up/123', '/up/a1234', '/up/*/12345', '/up/\\x20/12345', 'up/12345', '']) {
      expect(skeletonOf(name)).toBeNull();
    }
  });

  it('are of no use where a number stays in the pattern', () => {
    expect(folded('/usr/lib/foo-20240.txt')).toEqual({ pattern: '/usr/lib/foo-20240.txt', numberless: false });
    expect(folded('/srv/foo-20240.txt')).toEqual({ pattern: '/srv/foo-*.txt', numberless: true });
  });
});
