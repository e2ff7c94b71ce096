import type { DressRule } from './dress.ts';

/** Lines that must end so. */
const LEAST = 2;

/** A backslash where a line was broken at an editor's or terminal's width; the lines themselves stay broken. */
export const backslash: DressRule = (lines) => {
  const broken = lines.filter((line) => line.endsWith('\\'));
  const [first] = broken;
  if (first === undefined || broken.length < LEAST || broken.length === lines.length) return null;
  const width = characters(first);
  if (broken.some((line) => characters(line) !== width) || lines.some((line) => characters(line) > width)) return null;
  return { bare: (line) => (line.endsWith('\\') ? line.slice(0, -1) : line) };
};

/** Characters of a line in UTF-8, whose bytes are given in Latin-1. */
function characters(line: string): number {
  return line.replace(/[\x80-\xbf]/g, '').length;
}
