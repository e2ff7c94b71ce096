import { assemble, type Damage, type Damaged, type TrueLine } from './lines.ts';

/** Breaks as a terminal does: wide characters of East Asia take two columns; `wide` is 1 where characters are counted. */
function wrapText(text: string, width: number, wide: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  let columns = 0;
  for (const character of text) {
    const step = character >= '\u3000' && character <= '\ud7ff' ? wide : 1;
    if (columns + step > width) {
      pieces.push(piece);
      piece = '';
      columns = 0;
    }
    piece += character;
    columns += step;
  }
  pieces.push(piece);
  return pieces;
}

function wrap(
  lines: readonly TrueLine[],
  width: number,
  finish: (piece: string, index: number, last: boolean) => string = (piece) => piece,
  wide = 2,
): Damaged {
  return assemble(
    lines.map((line) => {
      const pieces = wrapText(line.text, width, wide);
      const [first, ...rest] = pieces.map((piece, index) => finish(piece, index, index === pieces.length - 1));
      return { text: first as string, truth: line.truth, extra: rest };
    }),
  );
}

/**
 * Breaks at blanks. `fold -s` keeps the blank in front of the break and breaks a word that is too long by itself; mailers
 * eat the blanks and leave such a word whole.
 */
function fold(
  lines: readonly TrueLine[],
  width: number,
  keep: boolean,
  finish: (piece: string, last: boolean) => string = (piece) => piece,
): Damaged {
  return assemble(
    lines.map((line) => {
      const pieces: string[] = [];
      let rest = line.text;
      let { truth } = line;
      while (rest.length > width) {
        const blank = rest.lastIndexOf(' ', keep ? width - 1 : width);
        if (keep) {
          const at = blank > 0 ? blank + 1 : width;
          pieces.push(rest.slice(0, at));
          rest = rest.slice(at);
          continue;
        }
        const at = blank > 0 ? blank : rest.indexOf(' ', width);
        if (at < 0) break;
        const piece = rest.slice(0, at).trimEnd();
        const eaten = rest.length - piece.length - rest.slice(at).trimStart().length;
        // Of several blanks in a NAME nothing is left to tell how many they were: one is what the text says.
        if (truth?.[5].endsWith(rest.slice(piece.length).trimEnd())) {
          const [command, pid, user, fd, type, name] = truth;
          const tail = rest.slice(piece.length + eaten).trimEnd();
          truth = [command, pid, user, fd, type, `${name.slice(0, name.length - tail.length).trimEnd()} ${tail}`];
        }
        pieces.push(piece);
        rest = rest.slice(at).trimStart();
      }
      const [text, ...extra] = [...pieces, rest].map((piece, i) => finish(piece, i === pieces.length));
      return { text: text as string, truth, extra };
    }),
  );
}

/** Lines broken at a width: by terminals, pagers, fold and mailers. */
export const BREAKS: Record<string, Damage> = {
  'wrapped at 80': (lines) => wrap(lines, 80),
  'wrapped at 100': (lines) => wrap(lines, 100),
  'wrapped at 120': (lines) => wrap(lines, 120),
  'wrapped at 132, blanks cut': (lines) => wrap(lines, 132, (piece) => piece.trimEnd()),
  'wrapped at 80, quoted': (lines) => wrap(lines, 80, (piece) => `> ${piece}`),
  'wrapped at 110 characters': (lines) => wrap(lines, 110, undefined, 1),
  'wrapped at 80 with a backslash': (lines) => wrap(lines, 79, (piece, _, last) => (last ? piece : `${piece}\\`)),
  'folded at 72': (lines) => fold(lines, 72, true),
  'folded at 80': (lines) => fold(lines, 80, true),
  'folded at 100': (lines) => fold(lines, 100, true),
  'folded at 80, blanks cut': (lines) => fold(lines, 80, true, (piece) => piece.trimEnd()),
  'folded by a mailer at 65': (lines) => fold(lines, 65, false),
  'folded by a mailer at 72': (lines) => fold(lines, 72, false),
  'folded by a mailer at 78': (lines) => fold(lines, 78, false),
  'folded by a mailer at 80': (lines) => fold(lines, 80, false),
  'folded by a mailer at 100': (lines) => fold(lines, 100, false),
  'folded by a mailer at 72, quoted': (lines) => fold(lines, 72, false, (piece) => `> ${piece}`),
  'format=flowed at 72': (lines) => fold(lines, 72, false, (piece, last) => (last ? piece : `${piece} `)),
};
