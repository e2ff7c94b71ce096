import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyGlob, globMatcher } from '../../src/analysis/glob.ts';

describe('globMatcher', () => {
  it.each([
    ['*.jpg', '/srv/app/cat.jpg', true],
    ['*.jpg', '/srv/app/cat.jpg.bak', false],
    ['/srv/*', '/srv/a/b', true],
    ['a?c', 'abc', true],
    ['a?c', 'a\nc', true],
    ['A*', 'abc', false],
    ['a.c', 'abc', false],
    ['[ab]x', 'bx', true],
    ['[!ab]x', 'bx', false],
    ['[!ab]x', 'cx', true],
    ['[]]x', ']x', true],
    ['a[', 'a[', true],
    ['\\*', '*', true],
    ['\\*', 'x', false],
    ['[a\\]', '\\', true],
    ['', '', true],
    ['', 'x', false],
  ])('%s and %s: %s', (glob, text, matches) => {
    expect(globMatcher(glob)(text)).toBe(matches);
  });

  it('matches any text by itself once its signs are escaped', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(globMatcher(text.replace(/[\\*?[]/g, '\\$&'))(text)).toBe(true);
        expect(globMatcher('*')(text)).toBe(true);
      }),
    );
  });

  it('accepts any glob', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (glob, text) => {
        expect(typeof globMatcher(glob)(text)).toBe('boolean');
      }),
    );
  });

  it('is true for any of several', () => {
    expect(anyGlob(['a', 'b*'])('bcd')).toBe(true);
    expect(anyGlob([])('')).toBe(false);
  });
});
