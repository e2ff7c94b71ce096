import type { RowConsumer } from '../../model/consumer.ts';
import { Cell } from '../../model/row-batch.ts';
import { RowWriter } from '../../model/row-writer.ts';
import { FdText } from '../fd-text.ts';
import { KeptCells } from '../line/kept-cells.ts';
import { ReturningProcess } from '../returning-process.ts';
import { FILE_RANK, LETTER_CELL, PROCESS_RANK } from './lsof-field-letter.ts';

const ACCESS = 97; // a
const LOCK = 108; // l
const FD = 102; // f
const NAME = 110; // n
const TCP = 84; // T
const DEVICE = 68; // D
const SPACE = 32;

/** Puts the fields of `lsof -F` together to rows: a process set, then its file sets. */
export class FieldRows {
  readonly #writer: RowWriter;
  readonly #process = new KeptCells();
  readonly #returning = new ReturningProcess();
  #pid = -1;
  #inProcess = false;
  #firstOfProcess = false;
  #open = false;
  #rank = 0;
  /** A file set of this listing began with `f`, so all do: what has none is a torn set or no set at all. */
  #numbered = false;
  #hasFd = false;
  #hasDevice = false;
  readonly #fd = new FdText();
  #listing = -1;
  #marker: string | null = null;
  #processLine = 1;
  /** Rows without an `f` field. */
  unnumbered = 0;
  /** Process sets seen. */
  processes = 0;

  constructor(consumer: RowConsumer) {
    this.#writer = new RowWriter(consumer);
  }

  get rows(): number {
    return this.#writer.rows;
  }

  get listings(): number {
    return this.#listing + 1;
  }

  /** Inside a process set: no file of it has come yet. */
  get inProcess(): boolean {
    return this.#inProcess;
  }

  /** Inside a file set that has not come to its name: no process can begin here, unless names were not asked for. */
  get inFile(): boolean {
    return this.#open && this.#rank < (FILE_RANK[NAME] as number);
  }

  /** A process set begins. */
  process(bytes: Uint8Array, start: number, end: number, line: number): void {
    this.close();
    let pid = 0;
    for (let at = start; at < end; at++) pid = pid * 10 + (bytes[at] as number) - 48;
    this.#process.clear();
    this.#pid = pid <= 0x7fffffff ? pid : -1;
    this.#inProcess = true;
    this.#firstOfProcess = true;
    this.#processLine = line;
    this.processes++;
    if (this.#listing < 0 || this.#marker !== null) this.#next(line);
  }

  /** A later field of the process set; false if it is none that can come here. */
  processField(letter: number, bytes: Uint8Array, start: number, end: number): boolean {
    if (!this.#inProcess) return false;
    const column = LETTER_CELL[letter] as number;
    if (column >= 0) this.#process.cell(column, bytes, start, end);
    return true;
  }

  /** A field of a file set; false if it is none that can come here. */
  fileField(letter: number, bytes: Uint8Array, start: number, end: number, line: number): boolean {
    const rank = FILE_RANK[letter] as number;
    if (letter === FD) {
      this.#begin(letter, bytes, start, end, line);
      this.#fd.label(bytes, start, end);
      this.#hasFd = true;
      this.#numbered = true;
      this.#rank = rank;
      return true;
    }
    if (!this.#open || rank < this.#rank || (rank === this.#rank && letter !== TCP)) {
      if (this.#numbered) {
        this.close();
        return false;
      }
      this.#begin(letter, bytes, start, end, line);
    }
    this.#rank = rank;
    switch (letter) {
      case ACCESS:
        this.#fd.access(end > start ? (bytes[start] as number) : SPACE);
        return true;
      case LOCK:
        this.#fd.lock(end > start ? (bytes[start] as number) : SPACE);
        return true;
      case TCP:
        if (bytes[start] === 83 && bytes[start + 1] === 84) this.#writer.cell(Cell.state, bytes, start + 3, end);
        return true;
      case DEVICE:
        if (!this.#hasDevice) this.#writer.cell(Cell.device, bytes, start, end);
        return true;
      case NAME:
        if (!this.#hasFd) this.#writer.at(line);
        break;
    }
    const column = LETTER_CELL[letter] as number;
    if (column === Cell.device) this.#hasDevice = true;
    if (column >= 0) this.#writer.cell(column, bytes, start, end);
    return true;
  }

  /** Whether a file set's fields, in this order, are one set: checked before any of them is taken. */
  isFileSet(letters: Uint8Array, count: number): boolean {
    let last = 0;
    for (let i = 0; i < count; i++) {
      const rank = FILE_RANK[letters[i] as number] as number;
      if (rank < last || rank === 0 || (rank === last && letters[i] !== TCP)) return false;
      last = rank;
    }
    return count > 0 && (letters[0] === FD || !this.#numbered);
  }

  /** Whether the fields are one process set. */
  isProcessSet(letters: Uint8Array, count: number): boolean {
    let last = 0;
    for (let i = 0; i < count; i++) {
      const rank = PROCESS_RANK[letters[i] as number] as number;
      if (rank <= last) return false;
      last = rank;
    }
    return count > 0 && last > 0;
  }

  /** The process of the rows that follow is not known: its set was damaged. */
  orphan(): void {
    this.close();
    this.#process.clear();
    this.#pid = -1;
    this.#inProcess = false;
  }

  /** The marker between two rounds of repeat mode; a marker that nothing follows opens no listing. */
  mark(text: string, line: number): void {
    this.orphan();
    if (this.#marker !== null) this.#next(line);
    this.#marker = text;
    this.#numbered = false;
  }

  /** The row so far is whole. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    if (this.#hasFd) {
      this.#fd.finish();
      this.#writer.cell(Cell.fd, this.#fd.bytes, 0, this.#fd.length);
    } else {
      this.unnumbered++;
    }
    this.#writer.end();
  }

  finish(): void {
    this.close();
    if (this.#listing < 0) this.#next(1);
    this.#writer.flush();
  }

  #next(line: number): void {
    this.#writer.listing(++this.#listing, line, this.#marker);
    this.#marker = null;
    this.#returning.clear();
  }

  #begin(letter: number, bytes: Uint8Array, start: number, end: number, line: number): void {
    this.close();
    if (this.#listing < 0 || this.#marker !== null) this.#next(line);
    if (this.#firstOfProcess) {
      this.#firstOfProcess = false;
      this.#process.stand(Cell.user, Cell.uid);
      if (this.#returning.isBack(this.#pid, letter, bytes, start, end)) this.#next(this.#processLine);
    }
    this.#inProcess = false;
    this.#writer.begin(line, this.#pid);
    this.#process.write(this.#writer);
    this.#open = true;
    this.#hasFd = false;
    this.#hasDevice = false;
    this.#rank = 0;
    this.#fd.clear();
  }
}
