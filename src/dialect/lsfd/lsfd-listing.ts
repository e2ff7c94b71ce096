import type { RowConsumer } from '../../model/consumer.ts';
import { RowWriter } from '../../model/row-writer.ts';
import { ReturningProcess } from '../returning-process.ts';
import type { LsfdRow } from './lsfd-row.ts';

/** Writes lsfd's rows into listings: a new one begins where a process returns with the row it came first with. */
export class LsfdListing {
  readonly #writer: RowWriter;
  readonly #returning = new ReturningProcess();
  readonly #label = new Uint8Array(16);
  #index = -1;
  #line = 1;
  /** Rows whose columns name no process. */
  nameless = 0;

  constructor(consumer: RowConsumer) {
    this.#writer = new RowWriter(consumer);
  }

  get listings(): number {
    return this.#index + 1;
  }

  get rows(): number {
    return this.#writer.rows;
  }

  /** A header or a document begins on the line: the process after it may be the one before it again. */
  begin(line: number): void {
    this.#line = line;
    this.#returning.pause();
  }

  write(row: LsfdRow, line: number): void {
    const label = row.association;
    const length = Math.min(label.length, this.#label.length);
    for (let i = 0; i < length; i++) this.#label[i] = label.charCodeAt(i);
    const back = length > 0 && this.#returning.isBack(row.pid, 0, this.#label, 0, length);
    if (this.#index < 0 || back) this.#writer.listing(++this.#index, this.#index === 0 ? this.#line : line);
    if (row.pid < 0) this.nameless++;
    row.write(this.#writer, line);
  }

  finish(): void {
    if (this.#index < 0) this.#writer.listing(++this.#index, this.#line);
    this.#writer.flush();
  }
}
