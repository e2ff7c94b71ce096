import { Buffer } from 'node:buffer';
import type { DressRule } from './dress.ts';

/** An arrow or a blank that only a page writes so: other signs may be part of a name. */
const WRITTEN = /-&gt;|&nbsp;/;
const ENTITY = /&(?:amp|gt|lt|nbsp|quot|apos|#\d{2,6}|#[xX][\da-fA-F]{2,5});/g;
/** A sign that a page would have written as an entity, beside no tag: the text did not go through a page. */
const RAW = /->|<(?![/!a-z])/i;
const TAG = '(?:pre|code|div|p|br|span|samp|tt|li|ul|ol|table|thead|tbody|tr|td|th|body|html)';
const OPENING = new RegExp(String.raw`^\s*(?:<${TAG}\b[^>]*>\s*)+`, 'i');
const CLOSING = new RegExp(String.raw`(?:\s*</?${TAG}\b[^>]*>)+\s*$`, 'i');
/** From one cell of a table to the next. */
const NEXT_CELL = /<\/t[dh]>\s*<t[dh]\b[^>]*>/gi;
/** Text right beside a tag that listings stand in. */
const TAGGED = /<(?:pre|code|samp|tt|td|th)\b[^>]*>\s*\S|\S\s*<\/(?:pre|code|samp|tt|td|th)>/i;

const NAMED = new Map([
  ['&amp;', '&'],
  ['&gt;', '>'],
  ['&lt;', '<'],
  ['&nbsp;', ' '],
  ['&quot;', '"'],
  ['&apos;', "'"],
]);

/** The source of a web page: signs written as entities, tags around the lines. */
export const page: DressRule = (lines, { text }) => {
  const written = WRITTEN.test(text) && !RAW.test(text);
  if (!written && !lines.some((line) => TAGGED.test(line))) return null;
  return {
    bare: (line) => {
      const inner = line.includes('<') ? line.replace(NEXT_CELL, '\t').replace(OPENING, '').replace(CLOSING, '') : line;
      return written && inner.includes('&') ? inner.replace(ENTITY, character) : inner;
    },
  };
};

function character(entity: string): string {
  const named = NAMED.get(entity);
  if (named !== undefined) return named;
  const hex = entity.charAt(2) === 'x' || entity.charAt(2) === 'X';
  const code = Number.parseInt(entity.slice(hex ? 3 : 2, -1), hex ? 16 : 10);
  // No control byte comes out of a page: what it wrote stays as it is.
  if (!(code >= 32 && code <= 0x10ffff) || code === 127 || (code >= 0xd800 && code <= 0xdfff)) return entity;
  return code === 0xa0 ? ' ' : Buffer.from(String.fromCodePoint(code)).toString('latin1');
}
