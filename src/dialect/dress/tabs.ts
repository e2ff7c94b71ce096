import { type DressRule, HEADER, share } from './dress.ts';

const COMMON = 0.8;
/** Only tabs set the first cells apart: `sed 's/ \+/\t/g'`, a spreadsheet's clipboard. */
const TABBED = /^[^ 	]+(?:	[^ 	]+){4}/;

/** A tab for every run of blanks: a cell of two words can then not be told from two cells by its blanks, but by its words. */
export const tabs: DressRule = (lines) => {
  const rows = lines.filter((line) => !HEADER.test(line));
  if (rows.length === 0 || share(rows, (line) => TABBED.test(line)) < COMMON) return null;
  return { bare: (line) => line.replaceAll('\t', ' ') };
};
