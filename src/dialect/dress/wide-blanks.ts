import { type DressRule, HEADER, share } from './dress.ts';

/** Blanks of other widths in UTF-8: no-break, en and em spaces, thin ones, the ideographic space. */
const WIDE = /\xc2\xa0|\xe2\x80[\x80-\x8a\xaf]|\xe3\x80\x80/g;
/** Marks of no width that pages and chats put between words. */
const NONE = /\xe2\x80[\x8b\x8e\x8f]|\xef\xbb\xbf/g;
/** One of them in front of any path: it is no part of a name. */
const SPACED = /^[^/]*(?:\xc2\xa0|\xe2\x80[\x80-\x8b\x8e\x8f\xaf]|\xe3\x80\x80|\xef\xbb\xbf)/;
const COMMON = 0.5;

/** Blanks that became other blanks: in the header, or in most lines. */
export const wideBlanks: DressRule = (lines) => {
  const header = lines.find((line) => HEADER.test(line.replace(WIDE, ' ')));
  if (header === undefined ? share(lines, (line) => SPACED.test(line)) < COMMON : !SPACED.test(header)) return null;
  return { bare: (line) => line.replace(NONE, '').replace(WIDE, ' ') };
};
