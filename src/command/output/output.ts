import { closeSync, fsyncSync, openSync, renameSync, statSync, unlinkSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { LeaksofError } from '../../model/error.ts';

/** Whoever read our stdout has had enough: success, not an error. */
export class ClosedPipe extends Error {}

const STDOUT = 1;
const pause = new Int32Array(new SharedArrayBuffer(4));

/** Somewhere text goes, synchronously, so that a fold that prints rows holds none of them. */
export interface Sink {
  write(text: string): void;
  /** The same with UTF-8, which is written at once. */
  writeBytes(bytes: Uint8Array): void;
  /** What was written so far is to be seen now. */
  flush(): void;
  /** Everything was written. */
  close(): void;
  /** Something failed: leave nothing half-written behind. */
  abandon(): void;
}

/** Bytes gathered before a write. */
const BUFFER_CHARACTERS = 1 << 16;

/** No file, `-`, and the name that cannot be opened where stdout is a socket. */
export function isStdout(file: string | null): boolean {
  return file === null || file === '-' || file === '/dev/stdout';
}

/** Standard output, or a file that appears whole or not at all. */
export function openSink(file: string | null): Sink {
  return file === null || isStdout(file) ? new BufferedSink(STDOUT, null) : fileSink(file);
}

function fileSink(file: string): Sink {
  try {
    const present = statSync(file, { throwIfNoEntry: false });
    // A pipe or a device cannot be replaced by a rename: /dev/stderr stays what it is.
    if (present && !present.isFile()) return new BufferedSink(openSync(file, 'w'), null);
    const temporary = join(dirname(file), `.${basename(file)}.${process.pid}.tmp`);
    const mode = present ? present.mode & 0o777 : 0o666;
    return new BufferedSink(openSync(temporary, 'wx', mode), { temporary, file });
  } catch (error) {
    throw writeError(file, error);
  }
}

function writeError(file: string, error: unknown): LeaksofError {
  const reason = error instanceof Error ? error.message.replace(/^\w+: (.+?), .*$/, '$1') : String(error);
  return new LeaksofError(`Cannot write ${file}: ${reason}.`, null, 2, { cause: error });
}

class BufferedSink implements Sink {
  readonly #descriptor: number;
  readonly #rename: { readonly temporary: string; readonly file: string } | null;
  #text = '';
  readonly #forget: () => void;

  constructor(descriptor: number, rename: { temporary: string; file: string } | null) {
    this.#descriptor = descriptor;
    this.#rename = rename;
    const remove = (): void => this.abandon();
    // An interrupted run must not leave its temporary file.
    if (rename) process.once('exit', remove);
    this.#forget = () => process.removeListener('exit', remove);
  }

  write(text: string): void {
    this.#text += text;
    if (this.#text.length >= BUFFER_CHARACTERS) this.flush();
  }

  writeBytes(bytes: Uint8Array): void {
    this.flush();
    this.#writeAll(bytes);
  }

  close(): void {
    this.flush();
    if (this.#descriptor === STDOUT) return;
    this.#forget();
    try {
      if (this.#rename) fsyncSync(this.#descriptor);
      closeSync(this.#descriptor);
      if (this.#rename) renameSync(this.#rename.temporary, this.#rename.file);
    } catch (error) {
      throw writeError(this.#rename?.file ?? 'the output', error);
    }
  }

  abandon(): void {
    this.#text = '';
    if (this.#descriptor === STDOUT) return;
    this.#forget();
    closeSync(this.#descriptor);
    if (this.#rename) unlinkSync(this.#rename.temporary);
  }

  flush(): void {
    if (this.#text === '') return;
    const bytes = Buffer.from(this.#text);
    this.#text = '';
    this.#writeAll(bytes);
  }

  #writeAll(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) at += this.#writeSome(bytes, at);
  }

  #writeSome(bytes: Uint8Array, at: number): number {
    try {
      return writeSync(this.#descriptor, bytes, at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') throw new ClosedPipe('stdout was closed', { cause: error });
      if (code !== 'EAGAIN') throw writeError(this.#rename?.file ?? 'stdout', error);
      // The reader of a non-blocking pipe is slower than we are.
      Atomics.wait(pause, 0, 0, 5);
      return 0;
    }
  }
}
