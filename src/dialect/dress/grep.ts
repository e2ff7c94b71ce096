import { type DressRule, share } from './dress.ts';

/** Lines that must have it in front. */
const COMMON = 0.8;
/** A file's name as grep -H prints it, and the number of the line. `-` stands for `:` on lines of context. */
const FILE =
  /^((?:\.{0,2}\/[^\s:]+|[^\s:/]+(?:\/[^\s:/]+)*\.[A-Za-z]\w{0,7}(?:\.gz)?)|\(standard input\)):(?:\d+:)?(?=\S|$)/;
const NUMBER = /^\d{1,9}[:-](?=\S|$)/;

/** What grep puts in front of lines, with nothing behind it: file names (-H), numbers (-n), both. */
export const grep: DressRule = (lines) => {
  const names = new Set<string>();
  for (const line of lines) {
    const name = FILE.exec(line)?.[1];
    if (name !== undefined) names.add(name);
  }
  if (names.size > 0 && names.size <= 40) {
    const any = [...names].map((name) => name.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')).join('|');
    const pattern = new RegExp(`^(?:${any})(?::\\d+:|-\\d+-|[:-])`);
    if (share(lines, (line) => pattern.test(line) || line === '--') >= COMMON)
      return { bare: (line) => line.replace(pattern, '') };
  }
  if (share(lines, (line) => NUMBER.test(line) || line === '--') < COMMON) return null;
  return { bare: (line) => line.replace(NUMBER, '') };
};
