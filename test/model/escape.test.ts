import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText, encodeText } from '../../src/columns/utf8.ts';
import { decodeEscaped } from '../../src/model/escape.ts';

/** As lsof's safepup() prints a byte (lib/misc.c): the independent side of the round trip. */
function printed(byte: number, utf8: boolean): string {
  const letters: Record<number, string> = { 8: '\\b', 12: '\\f', 10: '\\n', 13: '\\r', 9: '\\t', 92: '\\\\' };
  const letter = letters[byte];
  if (letter !== undefined) return letter;
  if (byte < 0x20) return `^${String.fromCharCode(byte + 0x40)}`;
  if (byte < 0x7f || (utf8 && byte >= 0x80)) return String.fromCharCode(byte);
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}

function decode(text: string): string {
  const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0));
  return decodeEscaped(bytes, 0, bytes.length);
}

describe('decodeEscaped', () => {
  it.each([
    ['plain', 'plain'],
    ['tab\\tname', 'tab\tname'],
    ['new\\nline', 'new\nline'],
    ['back\\\\slash', 'back\\slash'],
    ['\\\\n', '\\n'],
    ['\\xc3\\xa9', 'é'],
    ['\\xff', '\\xff'],
    ['a\\x20b', 'a b'],
    ['del\\x7f', 'del\x7f'],
    ['bell^G', 'bell^G'],
    ['odd\\q', 'odd\\q'],
    ['end\\', 'end\\'],
    ['cut\\x4', 'cut\\x4'],
  ])('%s', (cell, name) => {
    expect(decode(cell)).toBe(name);
  });

  it('undoes what lsof does to any name without control bytes of the caret kind', () => {
    const byte = fc.integer({ min: 1, max: 255 }).filter((b) => b >= 0x20 || [8, 9, 10, 12, 13].includes(b));
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 40 }), fc.boolean(), (bytes, utf8) => {
        const cell = bytes.map((b) => printed(b, utf8)).join('');
        const name = Uint8Array.from(bytes);
        expect(decode(cell)).toBe(decodeText(name, 0, name.length));
      }),
    );
  });

  it('is the same for a UTF-8 and a C locale', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        const bytes = [...encodeText(name)].filter((b) => b >= 0x20);
        const raw = bytes.map((b) => printed(b, true)).join('');
        const hex = bytes.map((b) => printed(b, false)).join('');
        expect(decode(raw)).toBe(decode(hex));
      }),
    );
  });
});
