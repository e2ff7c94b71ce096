import type { Capture, TruthRow } from './lsof-text-support.ts';

/** A capture's lines with what each row truly says; header and other lines have `truth: null`. */
export interface TrueLine {
  text: string;
  truth: TruthRow | null;
}

/** What damage leaves: the text and the truth by the new line numbers. */
export interface Damaged {
  text: string;
  truth: Map<number, TruthRow>;
}

export function linesOf(capture: Capture): TrueLine[] {
  const lines = capture.bytes.toString('utf8').split('\n');
  if (lines[lines.length - 1] === '') lines.pop();
  return lines.map((text, index) => ({ text, truth: capture.truth.get(index + 1) ?? null }));
}

function assemble(lines: readonly (TrueLine & { extra?: readonly string[] })[], end = '\n'): Damaged {
  const out: string[] = [];
  const truth = new Map<number, TruthRow>();
  for (const line of lines) {
    out.push(line.text);
    if (line.truth) truth.set(out.length, line.truth);
    if (line.extra) out.push(...line.extra);
  }
  return { text: out.join(end) + end, truth };
}

function each(lines: readonly TrueLine[], change: (text: string, index: number) => string): Damaged {
  return assemble(lines.map((line, index) => ({ text: change(line.text, index), truth: line.truth })));
}

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
  finish: (piece: string, index: number) => string = (piece) => piece,
  wide = 2,
): Damaged {
  return assemble(
    lines.map((line) => {
      const [first, ...rest] = wrapText(line.text, width, wide).map(finish);
      return { text: first, truth: line.truth, extra: rest };
    }),
  );
}

function unexpand(text: string): string {
  let out = '';
  for (let at = 0; at < text.length; at += 8) {
    const cell = text.slice(at, at + 8);
    out += cell.length === 8 && cell.endsWith('  ') ? `${cell.trimEnd()}\t` : cell;
  }
  return out;
}

/** The name that `text` ends in after its blanks were collapsed. */
function collapseTruth(line: TrueLine, header: boolean): TrueLine {
  if (!line.truth && !header) return line;
  const truth = line.truth;
  if (!truth) return { text: line.text.replace(/ +/g, ' '), truth };
  const name = truth[5];
  const at = name === '' ? -1 : line.text.trimEnd().lastIndexOf(name);
  if (at < 0) return { text: line.text.replace(/ +/g, ' '), truth };
  return { text: line.text.slice(0, at).replace(/ +/g, ' ') + name, truth };
}

/** Breaks as fold -s (blanks kept) and mailers (the blank at the break eaten) do. */
function fold(lines: readonly TrueLine[], width: number, keep: boolean): Damaged {
  return assemble(
    lines.map((line) => {
      const pieces: string[] = [];
      let rest = line.text;
      while (rest.length > width) {
        const blank = rest.lastIndexOf(' ', keep ? width - 1 : width);
        const at = blank > 0 ? blank : width - 1;
        pieces.push(keep ? rest.slice(0, at + 1) : rest.slice(0, at).trimEnd());
        rest = keep ? rest.slice(at + 1) : rest.slice(at).trimStart();
      }
      const [text, ...extra] = [...pieces, rest];
      return { text, truth: line.truth, extra };
    }),
  );
}

const isHeader = (line: TrueLine): boolean => /^COMMAND +PID/.test(line.text);

/** Ways in which pastes arrive damaged. Each keeps the truth of the rows that still say all of it. */
export const DAMAGES: Record<string, (lines: readonly TrueLine[]) => Damaged> = {
  'comment signs': (lines) => each(lines, (text) => `# ${text}`),
  'quote signs': (lines) => each(lines, (text) => `> ${text}`),
  'diff plus': (lines) => each(lines, (text) => `+${text}`),
  'indent of four': (lines) => each(lines, (text) => `    ${text}`),
  'tab indent': (lines) => each(lines, (text) => `\t${text}`),
  'only the rows indented': (lines) => each(lines, (text) => (text.startsWith('COMMAND') ? text : `  ${text}`)),
  'words before the header': (lines) => each(lines, (text) => (text.startsWith('COMMAND') ? `Output: ${text}` : text)),
  'line numbers': (lines) => each(lines, (text, index) => `${index + 1}:${text}`),
  'blanks as tabs': (lines) => each(lines, (text) => unexpand(text)),
  CRLF: (lines) => assemble(lines, '\r\n'),
  'trailing blanks cut': (lines) => each(lines, (text) => text.trimEnd()),
  'trailing blanks added': (lines) => each(lines, (text) => `${text}   `),
  'collapsed blanks': (lines) => assemble(lines.map((line) => collapseTruth(line, isHeader(line)))),
  'collapsed header': (lines) => each(lines, (text) => (text.startsWith('COMMAND') ? text.replace(/ +/g, ' ') : text)),
  headerless: (lines) => assemble(lines.filter((line) => !isHeader(line))),
  'headerless and collapsed': (lines) =>
    assemble(lines.filter((line) => !isHeader(line)).map((line) => collapseTruth(line, false))),
  'every third row': (lines) => assemble(lines.filter((line, index) => isHeader(line) || index % 3 === 0)),
  'wrapped at 80': (lines) => wrap(lines, 80),
  'wrapped at 100': (lines) => wrap(lines, 100),
  'wrapped at 120': (lines) => wrap(lines, 120),
  'wrapped at 132, blanks cut': (lines) => wrap(lines, 132, (piece) => piece.trimEnd()),
  'wrapped at 80, quoted': (lines) => wrap(lines, 80, (piece) => `> ${piece}`),
  'wrapped at 110 characters': (lines) => wrap(lines, 110, undefined, 1),
  'folded at 80': (lines) => fold(lines, 80, true),
  'folded at 100': (lines) => fold(lines, 100, true),
  'folded by a mailer at 80': (lines) => fold(lines, 80, false),
  'warnings between': (lines) =>
    assemble(
      lines.map((line, index) => ({
        ...line,
        extra:
          index % 40 === 7
            ? [
                "lsof: WARNING: can't stat() fuse.gvfsd-fuse file system /run/user/1000/gvfs",
                '      Output information may be incomplete.',
              ]
            : [],
      })),
    ),
  'omissions between': (lines) =>
    assemble(lines.map((line, index) => ({ ...line, extra: index % 30 === 11 ? ['...', ''] : [] }))),
  'prompts around': (lines) => {
    const around = (text: string): TrueLine => ({ text, truth: null });
    return assemble([
      around('$ sudo lsof'),
      ...lines,
      around('^C'),
      around('user@host:~$ '),
      around('[root@db1 ~]# exit'),
    ]);
  },
  'blank lines between': (lines) => assemble(lines.map((line) => ({ ...line, extra: [''] }))),
  'header repeated': (lines) => {
    const header = lines.find(isHeader);
    return assemble(lines.flatMap((line, index) => (header && index % 50 === 49 ? [line, header] : [line])));
  },
};
