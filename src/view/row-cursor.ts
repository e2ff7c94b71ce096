import { ABSENT } from '../columns/batch.ts';
import { cellText, classOf } from '../model/classify.ts';
import { classCode } from '../model/descriptor-class.ts';
import { type FdCell, parseFdCell } from '../model/fd-cell.ts';
import { type NameFacts, nameFacts } from '../model/name.ts';
import { Cell, createRowBatch, type RowBatch } from '../model/row-batch.ts';
import { locateTarget, type TargetRange, targetRange } from '../model/target.ts';

/** Classes whose name says more than a target: addresses, states, protocols. */
const TELLING = new Set((['inet', 'unix', 'netlink', 'other'] as const).map(classCode));
const SAID = [Cell.state, Cell.protocol, Cell.local, Cell.remote];

const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const ACCESS = new Set(Buffer.from('rwu'));
const LOCKS = new Set(Buffer.from('rRwWuUNxX'));

/** One row of a batch while its fields are written: what several fields are made of is looked up once. */
export class RowCursor {
  batch: RowBatch = createRowBatch();
  row = 0;
  /** Bytes of the cell that `find` found; `start` is -1 where it is absent or empty. */
  start = ABSENT;
  end = 0;
  /** Where the target lies; only of a row whose name says nothing else. */
  readonly target: TargetRange = targetRange();
  /** End of the number that the FD cell begins with; -1 where the cell must be parsed as text. */
  numberEnd = -1;
  /** Bytes behind it; 0 = none. */
  access = 0;
  lock = 0;
  #code = 0;
  #facts: NameFacts | null = null;
  #located = false;
  #fd: FdCell | null = null;
  #split = false;

  /** Goes to a row. */
  at(batch: RowBatch, row: number): void {
    this.batch = batch;
    this.row = row;
    this.#code = 0;
    this.#facts = null;
    this.#located = false;
    this.#fd = null;
    this.#split = false;
  }

  /** Looks a cell up; false where it is absent or empty. */
  find(column: number): boolean {
    const cells = this.batch.text[column];
    if (!cells) return false;
    this.start = cells.start[this.row] as number;
    this.end = cells.end[this.row] as number;
    return this.start >= 0 && this.end > this.start;
  }

  text(column: number): string | null {
    return cellText(this.batch, this.row, column) || null;
  }

  /** Class code. */
  get code(): number {
    if (this.#code === 0) this.#code = classOf(this.batch, this.row);
    return this.#code;
  }

  /** What the name says, as objects: null where its target and its deletion are all, which `target` then has. */
  get facts(): NameFacts | null {
    if (this.#located) return this.#facts;
    this.#located = true;
    if (TELLING.has(this.code) || SAID.some((column) => this.find(column))) {
      this.#facts = nameFacts(this.batch, this.row, this.code);
    } else locateTarget(this.batch, this.row, this.code, this.target);
    return this.#facts;
  }

  /** The FD cell as objects: null where `numberEnd`, `access` and `lock` say it all. */
  get fd(): FdCell | null {
    if (this.#split) return this.#fd;
    this.#split = true;
    if (!this.#splitNumber()) this.#fd = parseFdCell(this.text(Cell.fd) ?? '');
    return this.#fd;
  }

  /** Takes `27uW` apart; anything less usual is left to the parser. */
  #splitNumber(): boolean {
    if (!this.find(Cell.fd)) return false;
    const { bytes } = this.batch;
    const { start, end } = this;
    const stop = digitsEnd(bytes, start, end);
    if (stop < 0 || end - stop > 2) return false;
    this.access = stop < end ? (bytes[stop] as number) : 0;
    this.lock = stop + 1 < end ? (bytes[stop + 1] as number) : 0;
    this.numberEnd = stop;
    return (this.access === 0 || ACCESS.has(this.access)) && (this.lock === 0 || LOCKS.has(this.lock));
  }
}

/** Where the digits end that stand at `start`; -1 unless they are a number as JSON writes it, and surely an exact one. */
export function digitsEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && (bytes[at] as number) >= DIGIT_0 && (bytes[at] as number) <= DIGIT_9) at++;
  const length = at - start;
  if (length === 0 || length > 15 || (length > 1 && bytes[start] === DIGIT_0)) return -1;
  return at;
}
