import type { DressRule } from './dress.ts';

/** A string of a program, a test or a chat's record, on one line, that holds a listing from its header on. */
const LITERAL = /(?<![\w\])}])(["'`])((?:[^\\"'`]|\\.)*?COMMAND +PID +(?:(?!\1)[^\\]|\\.)*?\\n(?:(?!\1)[^\\]|\\.)*)\1/g;
/** Longest line that is looked at. */
const LONGEST = 1 << 16;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '', t: '\t' };

/** Strings among other lines, the ends of whose lines are written `\n`: they become lines of their own. */
export const literal: DressRule = (lines) => {
  if (!lines.some((line) => apart(line) !== line)) return null;
  return { bare: apart };
};

function apart(line: string): string {
  if (line.length > LONGEST || !line.includes('COMMAND ')) return line;
  return line
    .replace(LITERAL, (_all, _quote: string, inside: string) => `\n${decoded(inside)}\n`)
    .replace(/^\n|\n$/g, '');
}

function decoded(text: string): string {
  return text.replace(
    /\\(.)/gs,
    (whole, letter: string) => ESCAPES[letter] ?? (/[\\"'`]/.test(letter) ? letter : whole),
  );
}
