import { ABSENT, BATCH_ROWS, type TextColumn } from '../../columns/batch.ts';
import type { RowConsumer } from '../../model/consumer.ts';
import { classCode, type DescriptorClass } from '../../model/descriptor-class.ts';
import { Cell, createRowBatch, Num, type RowBatch } from '../../model/row-batch.ts';
import type { ListedProcess } from './listed-process.ts';

/** Bytes of cells after which a batch is handed on even if it is not full. */
const ARENA_BYTES = 8 << 20;
/** A range packed into one number: start x 2^16 + length. */
const LONGEST_SHARED = 1 << 16;
const DELETED = { unknown: 0, no: 1, yes: 2 } as const;

export type Deleted = keyof typeof DELETED;

/** A cell that all rows of a process have. */
interface Repeated {
  readonly column: number;
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
  /** The process of the last row, and its cells in this batch. */
  #process: ListedProcess | null = null;
  #repeated: readonly Repeated[] = [];
  #arena = Buffer.allocUnsafeSlow(1 << 16);
  #top = 0;

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
    const row = this.batch.rows;
    this.#pid[row] = process.pid;
    this.#class[row] = kind === null ? 0 : classCode(kind);
    this.#deleted[row] = DELETED[deleted];
    for (const column of this.#columns) column.start[row] = ABSENT;
    if (this.#process !== process) {
      this.#process = process;
      this.#repeated = this.#cellsOf(process);
    }
    for (const { column, start, end } of this.#repeated) this.#place(column, start, end);
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
      return [{ column, start, end: this.#top }];
    });
  }

  /** A cell of text that this row has alone. */
  own(column: number, text: string): void {
    const start = this.#append(text);
    this.#place(column, start, this.#top);
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

  end(): void {
    this.batch.rows++;
    if (this.batch.rows === BATCH_ROWS || this.#top > ARENA_BYTES) this.flush();
  }

  /** Hands on what there is. */
  flush(): void {
    if (this.batch.rows > 0) this.#consumer.rows(this.batch);
    this.batch.rows = 0;
    this.#top = 0;
    this.#shared.clear();
    this.#process = null;
  }

  #place(index: number, start: number, end: number): void {
    let column = this.batch.text[index] ?? null;
    if (!column) {
      column = this.batch.textColumn(index);
      this.#columns.push(column);
    }
    column.start[this.batch.rows] = start;
    column.end[this.batch.rows] = end;
  }

  #append(text: string): number {
    const start = this.#top;
    const need = start + text.length * 3;
    if (need > this.#arena.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(need, this.#arena.length * 2));
      this.#arena.copy(larger, 0, 0, start);
      this.#arena = larger;
      this.batch.bytes = larger;
    }
    this.#top = start + this.#arena.write(text, start);
    return start;
  }
}
