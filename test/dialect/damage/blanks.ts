import { assemble, type Damage, each, isHeader, type TrueLine } from './lines.ts';

function unexpand(text: string): string {
  let out = '';
  for (let at = 0; at < text.length; at += 8) {
    const cell = text.slice(at, at + 8);
    out += cell.length === 8 && cell.endsWith('  ') ? `${cell.trimEnd()}\t` : cell;
  }
  return out;
}

/** A row's line with every run of blanks in front of NAME replaced. */
function squeezed(line: TrueLine, by: string): TrueLine {
  const { text, truth } = line;
  const name = truth?.[5] ?? '';
  const at = name === '' ? -1 : text.trimEnd().lastIndexOf(name);
  if (at < 0) return { text: text.trimEnd().replace(/ +/g, by), truth };
  return { text: text.slice(0, at).replace(/ +/g, by) + name, truth };
}

/** `column -t`: words of all lines set in columns, two blanks apart. A NAME whose runs of blanks are lost is left out. */
const realigned: Damage = (lines) => {
  const kept = lines.filter(({ truth }) => !truth || !/ {2}/.test(truth[5]));
  const cells = kept.map(({ text }) => text.trim().split(/ +/));
  const widths: number[] = [];
  for (const row of cells) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  }
  return assemble(
    kept.map(({ truth }, i) => {
      const row = cells[i];
      const text = row.map((cell, j) => (j === row.length - 1 ? cell : cell.padEnd(widths[j]))).join('  ');
      return { text, truth };
    }),
  );
};

/** Blanks that became other blanks, fewer, or none. */
export const BLANKS: Record<string, Damage> = {
  'blanks as tabs': (lines) => each(lines, (text) => unexpand(text)),
  'collapsed blanks': (lines) =>
    assemble(lines.map((line) => (line.truth || isHeader(line) ? squeezed(line, ' ') : line))),
  'collapsed header': (lines) => each(lines, (text) => (text.startsWith('COMMAND') ? text.replace(/ +/g, ' ') : text)),
  'headerless and collapsed': (lines) =>
    assemble(lines.filter((line) => !isHeader(line)).map((line) => squeezed(line, ' '))),
  'a tab for every run of blanks': (lines) => assemble(lines.map((line) => squeezed(line, '\t'))),
  'column -t': realigned,
  'no-break spaces': (lines) => each(lines, (text) => text.replaceAll(' ', '\u00a0')),
  'no-break spaces in runs': (lines) => each(lines, (text) => text.replaceAll('  ', '\u00a0 ')),
  'ideographic spaces': (lines) => assemble(lines.map((line) => squeezed(line, '\u3000'))),
};
