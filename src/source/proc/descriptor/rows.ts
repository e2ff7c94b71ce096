import { ABSENT, BATCH_ROWS, type TextColumn } from '../../../columns/batch.ts';
import type { RowConsumer } from '../../../model/consumer.ts';
import { classCode, DESCRIPTOR_CLASSES, type DescriptorClass } from '../../../model/descriptor-class.ts';
import { Cell, createRowBatch, Num, type RowBatch } from '../../../model/row-batch.ts';
import type { ListedProcess } from '../process/listed-process.ts';

/** Bytes of cells after which a batch is handed on even if it is not full. */
const ARENA_BYTES = 8 << 20;
/** A range packed into one number: start x 2^16 + length. */
const LONGEST_SHARED = 1 << 16;
const DELETED = { unknown: 0, no: 1, yes: 2 } as const;
const CODES = Object.fromEntries(DESCRIPTOR_CLASSES.map((name) => [name, classCode(name)])) as Record<
  DescriptorClass,
  number
>;

export type Deleted = keyof typeof DELETED;

/** Where something was last written: a row is there to be repeated while `serial` is that of the batch. */
export interface LastRow {
  serial: number;
  row: number;
}

/** A cell that all rows of a process have. */
interface Repeated {
  readonly column: TextColumn;
  readonly start: number;
  readonly end: number;
}

/**
 * Batches of live rows. Most cells of /proc repeat (`REG`, `254,0`, the user), so such a cell is copied once a batch
 * and its range used again: a row costs its name.
 */
export class Rows {
  readonly batch: RowBatch = createRowBatch();
  readonly #consumer: Pick<RowConsumer, 'rows'>;
  readonly #columns: TextColumn[] = [];
  readonly #pid: Int32Array;
  readonly #class: Int32Array;
  readonly #deleted: Int32Array;
  readonly #shared = new Map<string, number>();
  /** The process of the last row, its first row in this batch, and the cells that all of them have. */
  #process: ListedProcess | null = null;
  #first = 0;
  #repeated: readonly Repeated[] = [];
  #arena = Buffer.allocUnsafeSlow(1 << 16);
  #top = 0;
  /** Batches handed on so far: a row of this batch is none of the next. */
  serial = 0;

  constructor(consumer: Pick<RowConsumer, 'rows'>) {
    this.#consumer = consumer;
    this.batch.bytes = this.#arena;
    this.#pid = this.batch.numbers[Num.pid] as Int32Array;
    this.#class = this.batch.numbers[Num.class] as Int32Array;
    this.#deleted = this.batch.numbers[Num.deleted] as Int32Array;
  }

  /** Bytes of cells in the current batch. */
  get textBytes(): number {
    return this.#top;
  }

  /** Starts a row of a process, with the cells that all its rows have. A class of null is left to derivation. */
  begin(process: ListedProcess, kind: DescriptorClass | null, deleted: Deleted): void {
    const { rows } = this.batch;
    this.#class[rows] = kind === null ? 0 : CODES[kind];
    this.#deleted[rows] = DELETED[deleted];
    if (this.#process !== process) this.#change(process);
  }

  #change(process: ListedProcess | null): void {
    const { rows } = this.batch;
    if (this.#process) this.#pid.fill(this.#process.pid, this.#first, rows);
    for (const { column, start, end } of this.#repeated) {
      column.start.fill(start, this.#first, rows);
      column.end.fill(end, this.#first, rows);
    }
    this.#process = process;
    this.#first = rows;
    this.#repeated = process ? this.#cellsOf(process) : [];
  }

  #cellsOf({ command, user, uid, ppid }: ListedProcess): Repeated[] {
    const cells: [number, string | null][] = [
      [Cell.command, command],
      [Cell.user, user],
      [Cell.uid, uid === null ? null : String(uid)],
      [Cell.ppid, ppid === null ? null : String(ppid)],
    ];
    return cells.flatMap(([column, text]) => {
      if (text === null) return [];
      const start = this.#append(text);
      return [{ column: this.#column(column), start, end: this.#top }];
    });
  }

  /** A cell of text that this row has alone. */
  own(column: number, text: string): void {
    const start = this.#append(text);
    this.#place(column, start, this.#top);
  }

  /** The same for text of printable ASCII without a backslash; false, and no cell, where it is any other. */
  ownPlain(column: number, text: string): boolean {
    const start = this.#top;
    if (!this.#appendPlain(text)) return false;
    this.#place(column, start, this.#top);
    return true;
  }

  /** A cell of short text that many rows have. */
  shared(column: number, text: string): void {
    if (text.length * 3 >= LONGEST_SHARED) {
      this.own(column, text);
      return;
    }
    let range = this.#shared.get(text);
    if (range === undefined) {
      const top = this.#top;
      range = this.#append(text) * LONGEST_SHARED + (this.#top - top);
      this.#shared.set(text, range);
    }
    const start = Math.floor(range / LONGEST_SHARED);
    this.#place(column, start, start + (range % LONGEST_SHARED));
  }

  /** Cells as an earlier row of this batch has them: absent, where they are absent there. */
  repeat(row: number, columns: readonly number[]): void {
    const { rows, text } = this.batch;
    for (let i = 0; i < columns.length; i++) {
      const column = text[columns[i] as number];
      if (!column) continue;
      column.start[rows] = column.start[row] as number;
      column.end[rows] = column.end[row] as number;
    }
  }

  end(): void {
    this.batch.rows++;
    if (this.batch.rows === BATCH_ROWS || this.#top > ARENA_BYTES) this.flush();
  }

  /** Hands on what there is. */
  flush(): void {
    const { rows } = this.batch;
    this.#change(null);
    if (rows > 0) this.#consumer.rows(this.batch);
    for (const column of this.#columns) column.start.fill(ABSENT, 0, rows);
    this.batch.rows = 0;
    this.serial++;
    this.#top = 0;
    this.#first = 0;
    this.#shared.clear();
  }

  #place(index: number, start: number, end: number): void {
    const column = this.batch.text[index] ?? this.#column(index);
    column.start[this.batch.rows] = start;
    column.end[this.batch.rows] = end;
  }

  #column(index: number): TextColumn {
    const known = this.batch.text[index];
    if (known) return known;
    const column = this.batch.textColumn(index);
    this.#columns.push(column);
    return column;
  }

  #append(text: string): number {
    const start = this.#top;
    if (!this.#appendPlain(text)) {
      this.#room(text.length * 3);
      this.#top = start + this.#arena.write(text, start);
    }
    return start;
  }

  /** Most cells are short ASCII, which a loop copies faster than a call. */
  #appendPlain(text: string): boolean {
    const { length } = text;
    this.#room(length);
    const arena = this.#arena;
    const start = this.#top;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code < 0x20 || code >= 0x7f || code === 0x5c) return false;
      arena[start + i] = code;
    }
    this.#top = start + length;
    return true;
  }

  #room(more: number): void {
    const need = this.#top + more;
    if (need <= this.#arena.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(need, this.#arena.length * 2));
    this.#arena.copy(larger, 0, 0, this.#top);
    this.#arena = larger;
    this.batch.bytes = larger;
  }
}
