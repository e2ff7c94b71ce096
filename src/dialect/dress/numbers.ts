import { type Dress, type DressRule, share } from './dress.ts';

/** Lines that must have a number in front. */
const COMMON = 0.9;
/** A number and what `cat -n`, `less -N`, editors and `sort | uniq -c` put behind it. */
const NUMBERED = /^([ \t]*)(\d{1,9})(\t| ?(?:\||\xe2\x94\x82) ?| {1,2})(?=\S|$)/;

/**
 * A number in front of every line. Numbers that go up are those of the lines; others are counts of equal lines, whose row
 * then stands for several.
 */
export const numbers: DressRule = (lines) => {
  const first = NUMBERED.exec(lines[0] ?? '');
  if (!first || lines.length < 2) return null;
  const [, , , separator] = first;
  const found: number[] = [];
  const common = share(lines, (line) => {
    const match = NUMBERED.exec(line);
    if (!match || match[3]?.trimEnd() !== separator?.trimEnd()) return false;
    found.push(Number(match[2]));
    return true;
  });
  if (common < COMMON) return null;
  const rising = found.every((number, i) => i === 0 || number > (found[i - 1] as number));
  if (rising) return stripped(separator as string);
  if (separator !== ' ' || !/^[ \t]/.test(lines[0] as string)) return null;
  return { ...stripped(' '), note: COUNTED };
};

const COUNTED =
  'a count stands in front of each line, as sort | uniq -c prints it: each row is taken once, however often it was printed';

function stripped(separator: string): Dress {
  const pattern = separator.startsWith('\t')
    ? /^[ \t]*\d{1,9}(?:\t|$)/
    : separator.trim() !== ''
      ? /^[ \t]*\d{1,9} ?(?:\||\xe2\x94\x82)(?: |$)?/
      : new RegExp(`^[ \\t]*\\d{1,9}(?:${separator}|$)`);
  return { bare: (line) => line.replace(pattern, '') };
}
