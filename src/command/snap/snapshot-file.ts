import { closeSync, fsyncSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { LeaksofError, UsageError } from '../../model/error.ts';
import { isStdout, openSink } from '../output/output.ts';

/** Characters gathered before they are written, and compressed as one gzip member (RFC 1952 section 2.2). */
const PIECE = 1 << 20;
/** Only the owner: a snapshot shows what everybody on the machine has open. */
const MODE = 0o600;

/**
 * A file whose first line is known last: lines gather in a temporary file beside it, then the whole is put together,
 * brought to the disk and renamed, so that the file is whole or not there. Compressed where its name ends in `.gz`.
 */
export class SnapshotFile {
  readonly #file: string | null;
  readonly #packed: boolean;
  readonly #body: string;
  readonly #whole: string;
  readonly #descriptor: number;
  readonly #remove = (): void => this.abandon();
  #open = true;
  #text = '';

  /**
   * @param file where to; null or `-` = stdout
   * @throws LeaksofError (exit 2) if nothing can be written there
   */
  constructor(file: string | null) {
    this.#file = isStdout(file) ? null : file;
    this.#packed = this.#file?.endsWith('.gz') === true;
    if (this.#file !== null && /\.(?:zst|xz|bz2|lz4|zip)$/.test(this.#file)) {
      throw new UsageError(
        `${this.#file}: snap writes plain files and .gz.`,
        `-o ${this.#file.replace(/\.\w+$/, '.gz')}`,
      );
    }
    const folder = this.#file === null ? tmpdir() : dirname(this.#file);
    const name = this.#file === null ? 'leaksof' : basename(this.#file);
    this.#body = join(folder, `.${name}.${process.pid}.rows.tmp`);
    this.#whole = join(folder, `.${name}.${process.pid}.tmp`);
    this.#descriptor = this.#try(() => openSync(this.#body, 'wx+', MODE));
    process.once('exit', this.#remove);
  }

  /** Adds a line; the line end is added here. */
  line(text: string): void {
    this.#text += `${text}\n`;
    if (this.#text.length >= PIECE) this.#flush();
  }

  /** Puts the header in front and makes the file appear. */
  close(header: string): void {
    this.#try(() => {
      this.#flush();
      if (this.#file === null) this.#print(`${header}\n`);
      else this.#appear(this.#file, `${header}\n`);
    });
    this.abandon();
  }

  /** Leaves nothing behind. Calling it again does nothing. */
  abandon(): void {
    if (!this.#open) return;
    this.#open = false;
    process.removeListener('exit', this.#remove);
    closeSync(this.#descriptor);
    for (const path of [this.#body, this.#whole]) rmSync(path, { force: true });
  }

  #appear(file: string, header: string): void {
    const whole = openSync(this.#whole, 'wx', MODE);
    try {
      writeAll(whole, this.#piece(header));
      for (const bytes of this.#pieces()) writeAll(whole, bytes);
      fsyncSync(whole);
    } finally {
      closeSync(whole);
    }
    renameSync(this.#whole, file);
  }

  #print(header: string): void {
    const sink = openSink(null);
    sink.write(header);
    const decoder = new TextDecoder();
    for (const bytes of this.#pieces()) sink.write(decoder.decode(bytes, { stream: true }));
    sink.close();
  }

  *#pieces(): Generator<Uint8Array> {
    const buffer = new Uint8Array(PIECE);
    for (let at = 0; ; ) {
      const read = readSync(this.#descriptor, buffer, 0, buffer.length, at);
      if (read === 0) return;
      at += read;
      yield buffer.subarray(0, read);
    }
  }

  #flush(): void {
    if (this.#text === '') return;
    const text = this.#text;
    this.#text = '';
    this.#try(() => writeAll(this.#descriptor, this.#piece(text)));
  }

  #piece(text: string): Uint8Array {
    return this.#packed ? gzipSync(text) : Buffer.from(text);
  }

  #try<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === undefined || error instanceof LeaksofError) throw error;
      const reason = message.replace(/^\w+: (.+?), .*$/, '$1');
      throw new LeaksofError(`Cannot write ${this.#file ?? 'the snapshot'}: ${reason}.`, null, 2, { cause: error });
    }
  }
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
}
