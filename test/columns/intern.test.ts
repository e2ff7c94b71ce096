import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashRange, newHash } from '../../src/columns/hash.ts';
import { ByteDictionary } from '../../src/columns/intern.ts';
import { TextStore } from '../../src/columns/text-store.ts';
import { decodeText, encodeText } from '../../src/columns/utf8.ts';

describe('ByteDictionary', () => {
  it('numbers texts as a Map would', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 6 }), { maxLength: 300 }), (texts) => {
        const dictionary = new ByteDictionary();
        const numbers = new Map<string, number>();
        for (const text of texts) {
          const bytes = encodeText(`..${text}`);
          if (!numbers.has(text)) numbers.set(text, numbers.size);
          expect(dictionary.intern(bytes, 2, bytes.length)).toBe(numbers.get(text));
        }
        expect(dictionary.size).toBe(numbers.size);
        for (const [text, id] of numbers) {
          expect(decodeText(dictionary.bytes, dictionary.start(id), dictionary.end(id))).toBe(text);
        }
      }),
    );
  });

  it('refuses what is new once its bounds are reached, and still knows the rest', () => {
    const dictionary = new ByteDictionary({ entries: 2, bytes: 100 });
    const intern = (text: string) => dictionary.intern(encodeText(text), 0, text.length);
    expect(['a', 'b', 'c', 'a', 'b'].map(intern)).toEqual([0, 1, -1, 0, 1]);
    const small = new ByteDictionary({ entries: 10, bytes: 3 });
    expect(['ab', 'cd', 'e'].map((text) => small.intern(encodeText(text), 0, text.length))).toEqual([0, -1, 1]);
  });
});

describe('hashRange', () => {
  it('depends on the bytes and the seed, not on where they lie', () => {
    const hash = newHash();
    const of = (bytes: Uint8Array, start: number, end: number, seed = 0) => {
      hashRange(bytes, start, end, seed, hash);
      return `${hash.first},${hash.second}`;
    };
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 30 }), fc.nat(9), (bytes, offset) => {
        const moved = new Uint8Array(offset + bytes.length + 3).fill(0xaa);
        moved.set(bytes, offset);
        expect(of(moved, offset, offset + bytes.length)).toBe(of(bytes, 0, bytes.length));
        expect(of(bytes, 0, bytes.length, 1)).not.toBe(of(bytes, 0, bytes.length, 2));
      }),
    );
  });

  it('tells a hundred thousand similar names apart', () => {
    const hash = newHash();
    const seen = new Set<string>();
    for (let i = 0; i < 100_000; i++) {
      const bytes = encodeText(`/srv/app/upload/${i}.part`);
      hashRange(bytes, 0, bytes.length, 0, hash);
      seen.add(`${hash.first},${hash.second}`);
    }
    expect(seen.size).toBe(100_000);
  });
});

describe('TextStore', () => {
  it('keeps copies up to its limit', () => {
    const store = new TextStore(5);
    const bytes = encodeText('abcdef');
    expect([store.push(bytes, 0, 3), store.push(bytes, 3, 6), store.push(bytes, 3, 5)]).toEqual([0, -1, 1]);
    bytes.fill(0x7a);
    expect([store.text(0), store.text(1)]).toEqual(['abc', 'de']);
    const other = new TextStore(100);
    expect([other.adopt(store, 1), other.adopt(store, -1), other.text(0)]).toEqual([0, -1, 'de']);
  });
});
