import { fdLabelEnd } from '../lsof-text/grammar.ts';
import { type Dress, type DressRule, share } from './dress.ts';
import { isRowAt } from './row-start.ts';

/** Lines that must be rows of the table. */
const COMMON = 0.7;
/** Cells a row has at least. */
const LEAST_CELLS = 5;
/** Width that every column is given; a cell that is wider leaves the line to be read by its words. */
const WIDTH = 64;
const BAR = /^\s*(?:\||\xe2\x94\x82)/;
/** The line between a table's titles and its rows, and the frame around it. */
const RULE = /^[\s|+:=-]*$|^(?:\xe2\x94[\x80-\xbf]|\xe2\x95[\x90-\xac]|\s)+$/;

/** lsof's titles in its order; SIZE/OFF, SIZE and OFFSET stand in the same place. */
const ORDER =
  'COMMAND PID TID TASKCMD ZONE SECURITY-CONTEXT PPID PGID USER FD TYPE FILE-FLAG DEVICE SIZE/OFF SIZE OFFSET NLINK NODE NAME'.split(
    ' ',
  );
const LEFT = new Set(['COMMAND', 'TASKCMD', 'ZONE', 'SECURITY-CONTEXT', 'NAME']);

type Split = (line: string) => string[] | null;

/**
 * A table that a listing was made into: Markdown, a database's box, comma- or tab-separated values. Its rows are set in lsof's
 * own columns again, so that blank cells and cells with blanks are read as what they are.
 */
export const table: DressRule = (lines) => {
  for (const split of SPLITS) {
    const titles = lines.map((line) => titlesOf(split(line))).find((found) => found !== null);
    if (!titles) continue;
    const alike = share(lines, (line) => RULE.test(line) || split(line)?.length === titles.length);
    if (alike >= COMMON) return dressOf(split, titles);
  }
  return UNTITLED.map((split) => untitled(split, lines)).find((dress) => dress !== null) ?? null;
};

/** The same without titles: cells that read as a row when they stand one blank apart. */
function untitled(split: Split, lines: readonly string[]): Dress | null {
  const bare = (line: string): string => {
    const cells = split(line);
    return cells && cells.length >= LEAST_CELLS ? cells.filter((cell) => cell !== '').join(' ') : line;
  };
  const rows = share(lines, (line) => bare(line) !== line && isRowAt(Buffer.from(bare(line), 'latin1'), 0));
  return rows >= COMMON ? { bare } : null;
}

function titlesOf(cells: readonly string[] | null): string[] | null {
  if (!cells || cells.length < LEAST_CELLS) return null;
  const titles = cells.map((cell) => cell.toUpperCase());
  const known = titles.every((title) => ORDER.includes(title)) && new Set(titles).size === titles.length;
  return known && titles.includes('COMMAND') && titles.includes('PID') ? titles : null;
}

function dressOf(split: Split, titles: readonly string[]): Dress {
  const order = ORDER.filter((title) => titles.includes(title));
  const places = order.map((title) => titles.indexOf(title));
  return {
    bare: (line) => {
      if (RULE.test(line)) return '';
      const cells = split(line);
      // Where runs of blanks became tabs, rows with blank cells or with a USER of two words have another number of them.
      if (cells?.length !== titles.length) return line.replaceAll('\t', ' ');
      return setInColumns(
        order,
        places.map((place) => cells[place] as string),
      );
    },
  };
}

/** One line with every cell at its column's edge as lsof puts it, or its cells one blank apart where one is too wide. */
function setInColumns(order: readonly string[], cells: readonly string[]): string {
  if (order.some((title, i) => title !== 'NAME' && (cells[i] as string).length > WIDTH)) {
    return cells.filter((cell) => cell !== '').join(' ');
  }
  let line = '';
  for (const [i, title] of order.entries()) {
    const cell = cells[i] as string;
    if (i > 0) line += ' ';
    if (title === 'NAME') line += cell;
    else if (LEFT.has(title)) line += cell.padEnd(WIDTH);
    else if (title === 'FD') line += fdColumn(cell);
    else line += cell.padStart(WIDTH);
  }
  return line;
}

/** FD's label ends two slots before its column does: those of mode and lock. */
function fdColumn(cell: string): string {
  const end = fdLabelEnd(Buffer.from(cell, 'latin1'), 0, cell.length);
  const label = end < 0 ? cell : cell.slice(0, end);
  return `${label.padStart(WIDTH - 2)}${cell.slice(label.length)}`.padEnd(WIDTH);
}

/** Cells between bars. */
function barred(line: string): string[] | null {
  if (!BAR.test(line)) return null;
  const cells = line
    .replaceAll('\xe2\x94\x82', '|')
    .trim()
    .split(/(?<!\\)\|/)
    .map((cell) =>
      cell
        .trim()
        .replaceAll('\\|', '|')
        .replace(/^`(.*)`$/, '$1'),
    );
  cells.shift();
  if (cells.at(-1) === '') cells.pop();
  return cells;
}

/** Values set apart by one sign, quoted where they hold it (RFC 4180). */
function separated(sign: string): Split {
  const value = new RegExp(`"((?:[^"]|"")*)"(?=[${sign}]|$)|[^${sign}]*`, 'y');
  return (line) => {
    if (!line.includes(sign)) return null;
    const cells: string[] = [];
    for (let at = 0; at <= line.length; at++) {
      value.lastIndex = at;
      const [whole, quoted] = value.exec(line) as RegExpExecArray;
      cells.push((quoted?.replaceAll('""', '"') ?? whole).trim());
      at += whole.length;
    }
    return cells;
  };
}

const UNTITLED: readonly Split[] = [barred, separated(','), separated(';'), separated('|')];
/** Tabs may as well stand for the blanks of lsof's own columns: only titles make a table of them. */
const SPLITS: readonly Split[] = [...UNTITLED, separated('\t')];
