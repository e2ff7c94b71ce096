import { type DressRule, share } from './dress.ts';

const COMMON = 0.95;
/** One blank alone between two words. */
const SINGLE = /\S \S/;
/** Words enough that two blanks between all of them are no chance. */
const WORDS = /^(?:\S+ {2,}){6}/;

/** Words set in columns of their own with two blanks between, as `column -t` does: NAME's own blanks were widened with them. */
export const realigned: DressRule = (lines) => {
  if (lines.length < 2 || share(lines, (line) => !SINGLE.test(line.trim())) < COMMON) return null;
  if (share(lines, (line) => WORDS.test(line)) < COMMON / 2) return null;
  return { bare: (line) => line.trimEnd().replace(/ {2,}/g, ' ') };
};
