import { ABSENT, type TextColumn } from '../../../columns/batch.ts';
import { Num, type RowBatch } from '../../../model/row-batch.ts';

/** Bytes before a message: the lengths of its JSON (padded with blanks to a multiple of 4) and of its payload. */
const PREFIX = 8;

/**
 * A batch as bytes, for the pipe between a scanner process and its parent: both are this program, so the layout may be
 * whatever copies fastest. All integers are 32 bits in the machine's order:
 *
 * `rows, pid, columns, text bytes`, then each used column as `index, count` and its starts and ends (one of each where
 * all rows have the same cell), then class + 256 x deleted of each row, then the text.
 */
export class BatchEncoder {
  #bytes = Buffer.allocUnsafeSlow(1 << 17);

  /** The message of a batch whose cells end at `textBytes`. Valid until the next one. */
  encode(json: unknown, batch: RowBatch, textBytes: number): Uint8Array {
    const { rows } = batch;
    const used: UsedColumn[] = [];
    let words = 4 + rows;
    for (const [index, column] of batch.text.entries()) {
      if (!column) continue;
      const count = isConstant(column, rows) ? 1 : rows;
      if (count === 1 && column.start[0] === ABSENT) continue;
      used.push({ index, column, count });
      words += 2 + 2 * count;
    }
    const text = Buffer.from(JSON.stringify(json));
    const begin = PREFIX + padded(text.length);
    const end = begin + words * 4 + textBytes;
    if (end > this.#bytes.length) this.#bytes = Buffer.allocUnsafeSlow(end * 2);
    const bytes = this.#bytes;
    writePrefix(bytes, text, words * 4 + textBytes);
    writeColumns(new Int32Array(bytes.buffer, begin, words), batch, used, textBytes);
    bytes.set(batch.bytes.subarray(0, textBytes), begin + words * 4);
    return bytes.subarray(0, end);
  }
}

interface UsedColumn {
  readonly index: number;
  readonly column: TextColumn;
  /** Cells written: one where all rows have the same. */
  readonly count: number;
}

function writeColumns(head: Int32Array, batch: RowBatch, used: readonly UsedColumn[], textBytes: number): void {
  const { rows } = batch;
  head[0] = rows;
  head[1] = (batch.numbers[Num.pid] as Int32Array)[0] ?? 0;
  head[2] = used.length;
  head[3] = textBytes;
  let at = 4;
  for (const { index, column, count } of used) {
    head[at++] = index;
    head[at++] = count;
    head.set(column.start.subarray(0, count), at);
    head.set(column.end.subarray(0, count), at + count);
    at += 2 * count;
  }
  const classes = batch.numbers[Num.class] as Int32Array;
  const deleted = batch.numbers[Num.deleted] as Int32Array;
  for (let row = 0; row < rows; row++) head[at + row] = (classes[row] as number) | ((deleted[row] as number) << 8);
}

function isConstant(column: TextColumn, rows: number): boolean {
  const { start, end } = column;
  for (let row = 1; row < rows; row++) if (start[row] !== start[0] || end[row] !== end[0]) return false;
  return true;
}

/** Reads such bytes into a batch, whose text then is the bytes themselves. They must begin at a multiple of 4 of their buffer. */
export function decodeBatch(bytes: Uint8Array, batch: RowBatch): void {
  const [rows, pid, columns, textBytes] = new Int32Array(bytes.buffer, bytes.byteOffset, 4) as unknown as [
    number,
    number,
    number,
    number,
  ];
  const words = (bytes.byteLength - textBytes) >>> 2;
  const head = new Int32Array(bytes.buffer, bytes.byteOffset, words);
  for (const column of batch.text) column?.start.fill(ABSENT, 0, rows);
  let at = 4;
  for (let i = 0; i < columns; i++) {
    const column = batch.textColumn(head[at] as number);
    const count = head[at + 1] as number;
    at += 2;
    if (count === 1) {
      column.start.fill(head[at] as number, 0, rows);
      column.end.fill(head[at + 1] as number, 0, rows);
    } else {
      column.start.set(head.subarray(at, at + rows));
      column.end.set(head.subarray(at + rows, at + 2 * rows));
    }
    at += 2 * count;
  }
  const [pids, lines, classes, deleted] = batch.numbers as [Int32Array, Int32Array, Int32Array, Int32Array];
  pids.fill(pid, 0, rows);
  lines.fill(0, 0, rows);
  for (let row = 0; row < rows; row++) {
    const code = head[at + row] as number;
    classes[row] = code & 0xff;
    deleted[row] = code >>> 8;
  }
  batch.rows = rows;
  batch.bytes = bytes.subarray(words * 4);
}

function padded(length: number): number {
  return (length + 3) & ~3;
}

function writePrefix(out: Buffer, text: Buffer, payload: number): void {
  const json = padded(text.length);
  new Int32Array(out.buffer, out.byteOffset, 2).set([json, payload]);
  text.copy(out, PREFIX);
  out.fill(32, PREFIX + text.length, PREFIX + json);
}

/** A message: JSON and bytes. */
export function encodeMessage(json: unknown, payload: Uint8Array): Uint8Array {
  const text = Buffer.from(JSON.stringify(json));
  const begin = PREFIX + padded(text.length);
  const out = Buffer.allocUnsafeSlow(begin + payload.byteLength);
  writePrefix(out, text, payload.byteLength);
  out.set(payload, begin);
  return out;
}

export type MessageHandler = (json: unknown, payload: Uint8Array) => void;

/** Puts messages together from chunks of any size. Each message has a buffer of its own that the handler may keep. */
export class MessageReader {
  readonly #handler: MessageHandler;
  readonly #prefix = new Uint8Array(PREFIX);
  #message: Uint8Array | null = null;
  #jsonLength = 0;
  #filled = 0;

  constructor(handler: MessageHandler) {
    this.#handler = handler;
  }

  write(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      const target = this.#message ?? this.#prefix;
      const take = Math.min(target.length - this.#filled, chunk.length - at);
      target.set(chunk.subarray(at, at + take), this.#filled);
      this.#filled += take;
      at += take;
      if (this.#filled < target.length) return;
      this.#filled = 0;
      if (this.#message) this.#finish(this.#message);
      else this.#begin();
    }
  }

  #begin(): void {
    const [json, payload] = new Int32Array(this.#prefix.buffer) as unknown as [number, number];
    this.#jsonLength = json;
    this.#message = Buffer.allocUnsafeSlow(json + payload);
  }

  #finish(message: Uint8Array): void {
    this.#message = null;
    const json: unknown = JSON.parse(Buffer.from(message.buffer, 0, this.#jsonLength).toString());
    this.#handler(json, message.subarray(this.#jsonLength));
  }
}
