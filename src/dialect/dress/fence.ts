import type { DressRule } from './dress.ts';

/** What opens a block of code in markdown and in issue trackers, and a line of code that has no end on its line. */
const OPENING = /^\s*(`{3,}|\{(?:code|noformat)(?::[^}]{0,60})?\}|\[code\])/;
const INLINE = /^\s*(?:[>*+-] )?(`{1,2})(?=[^`\s])[^`]*$/;
/** What closes it. */
const CLOSING = /(?:`{3,}|\{(?:code|noformat)\}|\[\/code\])\s*$/;
/** Words behind an opening sign that make them its first line, and no name of a language. */
const LEAST_WORDS = 3;
/** As many lines as a sample has: what opens there may be closed behind it. */
const MANY = 150;

/** The signs that open and close a block of code, written on the lines of its first and last row. */
export const fence: DressRule = (lines) => {
  const opened = lines.some((line) => OPENING.test(line));
  const glued = lines.some((line) => unclosed(line) !== line || unopened(line) !== line);
  if (opened && (glued || lines.length > MANY)) return { bare: (line) => unclosed(unopened(line)) };
  const sign = INLINE.exec(lines.find((line) => INLINE.test(line)) ?? '')?.[1];
  if (sign === undefined || !lines.some((line) => closesInline(line, sign))) return null;
  return { bare: (line) => (closesInline(line, sign) ? line.trimEnd().slice(0, -sign.length) : line) };
};

function unopened(line: string): string {
  const sign = OPENING.exec(line)?.[0];
  if (sign === undefined) return line;
  const rest = line.slice(sign.length);
  return rest.trim().split(/\s+/, LEAST_WORDS).length < LEAST_WORDS ? line : rest;
}

function unclosed(line: string): string {
  const rest = line.replace(CLOSING, '');
  // A sign by itself, and one whose opening is on the line too, are known without this.
  return rest.trim() === '' || /`{3}|\{(?:code|noformat)|\[code\]/.test(rest) ? line : rest;
}

function closesInline(line: string, sign: string): boolean {
  const text = line.trimEnd();
  return text.endsWith(sign) && text.length > sign.length && text.indexOf('`') === text.length - sign.length;
}
