import { assemble, type Damage, each, isHeader, type TrueLine } from './lines.ts';

const entities = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#x27;');

/** The cells that the truth has, and what stands between TYPE and NAME by words: enough to write them as a table. */
function cellsOf({ text, truth }: TrueLine): string[] {
  if (!truth) return text.trim().split(/ +/);
  const [command, pid, user, fd, type, name] = truth;
  const end = text.trimEnd();
  const tail = name === '' ? end.length : end.lastIndexOf(name);
  const front = `${fd}`;
  const from = text.indexOf(front, text.indexOf(user, command.length)) + front.length;
  const middle = text.slice(from, tail).trim();
  const words = middle === '' ? [] : middle.split(/ +/);
  if (type !== '' && words[0] === type) words.shift();
  return [command, pid, user, fd, type, ...words, name];
}

const TITLES = ['COMMAND', 'PID', 'USER', 'FD', 'TYPE', 'DEVICE', 'SIZE/OFF', 'NODE', 'NAME'];

/** Captures of the usual nine columns, rows that have all of them: what a spreadsheet would hold. */
function table(lines: readonly TrueLine[], write: (cells: readonly string[]) => string, rule: readonly string[] = []) {
  const header = lines.find(isHeader);
  if (!header || header.text.trim().split(/ +/).join() !== TITLES.join()) return assemble([]);
  const rows = lines.filter(
    ({ text, truth }) => truth && cellsOf({ text, truth }).length === TITLES.length && truth[5],
  );
  return assemble([
    { text: write(TITLES), truth: null },
    ...rule.map((text) => ({ text, truth: null })),
    ...rows.map((line) => ({ text: write(cellsOf(line)), truth: line.truth })),
  ]);
}

const csv = (cell: string): string => (/[",]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** Lines put into something else: a web page, a table, a string, a terminal's colours. */
export const DRESSES: Record<string, Damage> = {
  'entities of a page': (lines) => each(lines, entities),
  'entities and no-break spaces of a page': (lines) =>
    each(lines, (text) => entities(text).replaceAll('  ', '&nbsp; ')),
  'a pre of a page': (lines) => each(lines, (text, i) => (i === 0 ? `<pre><code>${entities(text)}` : entities(text))),
  'colours of grep': (lines) =>
    each(lines, (text) => text.replace(/(\d{2,}|root)/, '\u001b[01;31m\u001b[K$1\u001b[m\u001b[K')),
  'colours of a whole line': (lines) => each(lines, (text) => `\u001b[32m${text}\u001b[0m`),
  'a markdown table': (lines) =>
    table(
      lines.filter(({ text }) => !text.includes('|')),
      (cells) => `| ${cells.join(' | ')} |`,
      [`|${' --- |'.repeat(TITLES.length)}`],
    ),
  'a tight markdown table': (lines) =>
    table(
      lines.filter(({ text }) => !text.includes('|')),
      (cells) => `|${cells.join('|')}|`,
      [`|${'---|'.repeat(TITLES.length)}`],
    ),
  'comma-separated': (lines) => table(lines, (cells) => cells.map(csv).join(',')),
  'comma-separated, all quoted': (lines) =>
    table(lines, (cells) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')),
  'semicolon-separated': (lines) =>
    table(
      lines.filter(({ text }) => !text.includes(';')),
      (cells) => cells.join(';'),
    ),
  'tab-separated': (lines) => table(lines, (cells) => cells.join('\t')),
  'strings of a program': (lines) => each(lines, (text) => `  ${JSON.stringify(`${text}\n`)},`),
  'json log of docker': (lines) =>
    each(lines, (text, i) =>
      JSON.stringify({ log: `${text}\n`, stream: 'stdout', time: `2026-11-21T12:00:0${i % 10}Z` }),
    ),
  'UTF-16': (lines) => {
    const plain = assemble(lines, '\r\n');
    return { ...plain, bytes: Buffer.from(`\ufeff${plain.text}`, 'utf16le') };
  },
  'a byte order mark': (lines) => {
    const plain = assemble(lines);
    return { ...plain, bytes: Buffer.from(`\ufeff${plain.text}`) };
  },
};

/** All lines on one: rows begin nowhere but where their content says so. */
export const RUN_TOGETHER: Record<string, Damage> = {
  'one line, newlines as blanks': (lines) => oneLine(lines, ' '),
  'one line, newlines as \\n': (lines) =>
    oneLine(
      lines.map((line) => ({ ...line, text: line.text.replaceAll('\\', '\\\\') })),
      '\\n',
    ),
};

function oneLine(lines: readonly TrueLine[], by: string) {
  return { text: `${lines.map(({ text }) => text).join(by)}\n`, truth: new Map() };
}
