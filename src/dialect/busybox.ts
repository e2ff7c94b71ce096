import { Cell } from '../model/row-batch.ts';
import type { Dialect } from './dialect.ts';
import { ListingParser, shareOf, type TextLine } from './line/listing-parser.ts';
import { isLinkTarget, linkClass } from './proc-link/link-target.ts';

interface Row {
  readonly pid: number;
  readonly exe: string;
  /** Undefined in the three columns of BusyBox before 1.33, which print no number. */
  readonly fd: string | undefined;
  readonly target: string;
}

/**
 * `PID TAB exe TAB fd TAB target`; without `fd` before BusyBox 1.33 (procps/lsof.c). exe and target are raw and may hold
 * TABs themselves, so a number counts as the descriptor only where something a link can point to follows it.
 */
function parseRow(text: string): Row | null {
  const head = /^(\d+)\t/.exec(text);
  if (!head) return parseSpacedRow(text);
  const rest = text.slice(head[0].length);
  for (const match of rest.matchAll(/\t(?:(\d+)\t)?/g)) {
    const exe = rest.slice(0, match.index);
    const target = rest.slice(match.index + match[0].length);
    if (!/^(?:\/|\(null\)$)/.test(exe) || !isLinkTarget(target)) continue;
    return { pid: Number(head[1]), exe, fd: match[1], target };
  }
  return null;
}

/** Blanks that end at a terminal's tab stop: what a TAB becomes when it is copied from there. */
const TAB = 8;

/**
 * The same row with its TABs as blanks up to the next tab stop. A single blank may stand for a TAB too, but where all do,
 * nothing tells the row from any line of words.
 */
function parseSpacedRow(text: string): Row | null {
  const head = /^(\d{1,10})( {1,8})(?=\/|\(null\) )/.exec(text);
  if (!head || head[0].length % TAB !== 0) return null;
  for (const gap of text.slice(head[0].length).matchAll(/ {1,8}(?! )/g)) {
    const start = head[0].length + gap.index;
    const end = start + gap[0].length;
    if (end % TAB !== 0 || text[start - 1] === ' ') continue;
    const numbered = /^(\d+)( {1,8})(?! )/.exec(text.slice(end));
    const target = end + (numbered?.[0].length ?? 0);
    const fd = numbered && target % TAB === 0 && isLinkTarget(text.slice(target)) ? numbered[1] : undefined;
    const rest = text.slice(fd === undefined ? end : target);
    if (!isLinkTarget(rest) || Math.max(head[2].length, gap[0].length, numbered?.[2]?.length ?? 0) < 2) continue;
    return { pid: Number(head[1]), exe: text.slice(head[0].length, start), fd, target: rest };
  }
  return null;
}

class BusyboxParser extends ListingParser {
  #open: { readonly row: Row; readonly line: number; readonly held: TextLine[] } | null = null;
  /** Rows by process while no row has a descriptor number: each row is one descriptor, and nothing else says so. */
  readonly #unnumbered = new Map<number, number>();

  protected override place(line: TextLine): void {
    const row = parseRow(line.text);
    if (row) {
      this.#settle(true);
      this.#open = { row, line: line.number, held: [] };
    } else if (this.#open) {
      this.#open.held.push(line);
    } else {
      this.surrounding(line);
    }
  }

  protected override close(): void {
    this.#settle(false);
    for (const [pid, count] of this.#unnumbered) this.consumer.process({ pid, descriptors: count, listed: count });
  }

  /** A target is printed raw: lines between two rows are the rest of one that holds newlines. */
  #settle(rowFollows: boolean): void {
    const open = this.#open;
    if (!open) return;
    this.#open = null;
    const { row, line, held } = open;
    const joins =
      rowFollows && held.length > 0 && held.every(({ text }) => text !== '' && !/^\S+@\S+|^[$#%] /.test(text));
    const target = joins ? [row.target, ...held.map(({ whole }) => whole)].join('\n') : row.target;
    this.#write(row, line, target);
    this.ledger.row();
    if (joins) this.ledger.row(held.length);
    else for (const other of held) this.surrounding(other);
  }

  #write(row: Row, line: number, target: string): void {
    this.writer.begin(line, row.pid);
    if (row.exe !== '(null)') this.cell(Cell.command, row.exe);
    this.cell(Cell.fd, row.fd);
    this.cell(Cell.name, row.target);
    // Names are raw here, while derivation would undo lsof's escapes.
    if (target !== row.target || /[\\^]/.test(target)) this.cell(Cell.target, target.replace(/ \(deleted\)$/, ''));
    this.writer.class(linkClass(target));
    this.writer.end();
    if (row.fd === undefined) this.#unnumbered.set(row.pid, (this.#unnumbered.get(row.pid) ?? 0) + 1);
  }
}

/** `lsof` of BusyBox (Alpine, routers, initramfs). */
export const busybox: Dialect = {
  name: 'busybox',
  title: 'lsof of BusyBox (Alpine, routers)',
  detect({ lines }) {
    const { count, share } = shareOf(lines.slice(0, 2000), (line) => parseRow(line) !== null);
    if (count === 0) return 0;
    return share > 0.3 ? 0.95 : 0.4;
  },
  parser: (consumer) => new BusyboxParser(consumer),
};
