import * as zlib from 'node:zlib';
import { LeaksofError } from '../model/error.ts';
import type { Chunks } from './file.ts';
import { shellWord } from './read-error.ts';

export type Compression = 'gzip' | 'zstd';

/** Compressed bytes given to a decoder at once: 1,000-fold expansion stays below 64 MB. */
const SLICE_BYTES = 1 << 16;

/** Formats that leaksof does not unpack itself, by their first bytes, and the command that does. */
const FOREIGN: readonly { readonly name: string; readonly magic: readonly number[]; readonly unpack: string }[] = [
  { name: 'xz', magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], unpack: 'xz -dc' },
  { name: 'bzip2', magic: [0x42, 0x5a, 0x68], unpack: 'bzip2 -dc' },
  { name: 'lz4', magic: [0x04, 0x22, 0x4d, 0x18], unpack: 'lz4 -dc' },
  { name: 'zip', magic: [0x50, 0x4b, 0x03, 0x04], unpack: 'unzip -p' },
];

/** Bytes that decide: the longest magic. */
export const MAGIC_BYTES = 6;

/**
 * How the input is compressed, by its first bytes (RFC 1952 section 2.3.1, RFC 8878 sections 3.1.1 and 3.1.2).
 *
 * @throws LeaksofError (exit 2) for a compression that leaksof does not read
 */
export function compressionOf(head: Uint8Array, name: string): Compression | null {
  if (startsWith(head, [0x1f, 0x8b])) return 'gzip';
  if (startsWith(head, [0x28, 0xb5, 0x2f, 0xfd])) return 'zstd';
  if (((head[0] as number) & 0xf0) === 0x50 && startsWith(head.subarray(1), [0x2a, 0x4d, 0x18])) return 'zstd';
  const foreign = FOREIGN.find(({ magic }) => startsWith(head, magic));
  if (!foreign) return null;
  const command = name === 'stdin' ? foreign.unpack : `${foreign.unpack} ${shellWord(name)}`;
  throw new LeaksofError(
    `${name} is compressed with ${foreign.name}, which leaksof does not unpack.`,
    `${command} | leaksof`,
    2,
  );
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}

/** Unpacks in steps: what `write` and `end` make is put into `out`. */
interface Decoder {
  readonly out: Uint8Array[];
  write(bytes: Uint8Array): Promise<void>;
  /** Fails if the data stops in the middle. */
  end(): Promise<void>;
}

/**
 * The unpacked bytes. While one piece is parsed the next is unpacked, on another thread where zlib does it.
 * Several members or frames in a row are one input. Data that stops in the middle gives what could be unpacked;
 * `onCut` is told.
 *
 * @throws LeaksofError (exit 2) for damaged data
 */
export async function* unpacked(
  chunks: Chunks,
  compression: Compression,
  name: string,
  onCut: (sentence: string) => void,
): AsyncGenerator<Uint8Array> {
  const decoder = compression === 'gzip' ? gzipDecoder() : await zstdDecoder();
  try {
    for await (const chunk of chunks) {
      for (let at = 0; at < chunk.length; at += SLICE_BYTES) {
        const step = decoder.write(chunk.subarray(at, at + SLICE_BYTES));
        yield* taken(decoder);
        await step;
      }
    }
    yield* taken(decoder);
    await decoder.end();
  } catch (error) {
    yield* taken(decoder);
    if (!isCut(error)) throw unpackError(name, compression, error);
    onCut(`the ${compression} data of ${name} stops in the middle: rows after that are not seen`);
  }
  yield* taken(decoder);
}

function* taken(decoder: Decoder): Generator<Uint8Array> {
  const pieces = decoder.out.splice(0);
  yield* pieces;
}

/** Steps of one zlib stream; a failure between steps is kept for the next. */
class ZlibSteps {
  readonly stream: zlib.Gunzip;
  ended = false;
  #failed: Error | null = null;
  #reject: (error: Error) => void = () => {};

  constructor(stream: zlib.Gunzip, out: Uint8Array[]) {
    this.stream = stream;
    stream.on('data', (piece: Uint8Array) => out.push(piece));
    stream.on('end', () => {
      this.ended = true;
    });
    stream.on('error', (error) => {
      this.#failed = error;
      this.#reject(error);
    });
  }

  step(start: (done: () => void) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#failed) return reject(this.#failed);
      this.#reject = reject;
      start(() => resolve());
    });
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.step((done) => this.stream.write(bytes, () => done()));
  }

  end(): Promise<void> {
    return this.step((done) => {
      this.stream.on('end', done);
      this.stream.end();
    });
  }
}

function gzipDecoder(): Decoder {
  const out: Uint8Array[] = [];
  const steps = new ZlibSteps(zlib.createGunzip(), out);
  return { out, write: (bytes) => steps.write(bytes), end: () => steps.end() };
}

/** zlib has zstd since Node 22.15; before, a library does it (a third as fast). */
async function zstdDecoder(): Promise<Decoder> {
  const create = (zlib as { createZstdDecompress?: () => zlib.Gunzip }).createZstdDecompress;
  return create ? framesDecoder(create) : libraryDecoder();
}

/** Node's stream ends with the first frame and drops what follows it (seen up to Node 24.21): each frame gets its own. */
function framesDecoder(create: () => zlib.Gunzip): Decoder {
  const out: Uint8Array[] = [];
  let steps: ZlibSteps | null = null;
  return {
    out,
    async write(bytes) {
      for (let rest = bytes; rest.length > 0; ) {
        steps ??= new ZlibSteps(create(), out);
        const { stream } = steps;
        const before = stream.bytesWritten;
        await steps.write(rest);
        rest = steps.ended ? rest.subarray(stream.bytesWritten - before) : rest.subarray(rest.length);
        if (steps.ended) steps = null;
      }
    },
    async end() {
      await steps?.end();
    },
  };
}

async function libraryDecoder(): Promise<Decoder> {
  const { Decompress } = await import('fzstd');
  const out: Uint8Array[] = [];
  const stream = new Decompress((piece) => {
    if (piece.length > 0) out.push(piece);
  });
  return {
    out,
    // The library keeps parts of what it is given, and the caller's buffer is used again.
    write: async (bytes) => stream.push(new Uint8Array(bytes)),
    end: async () => stream.push(new Uint8Array(0), true),
  };
}

/** Whether the data is sound but stops: zlib's Z_BUF_ERROR, libzstd's srcSize_wrong, the library's code 5. */
function isCut(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === 'Z_BUF_ERROR' || code === 'ZSTD_error_srcSize_wrong' || code === 5;
}

function unpackError(name: string, compression: Compression, error: unknown): unknown {
  const { code } = error as { code?: unknown };
  const ours = typeof code === 'number' || (typeof code === 'string' && /^(?:Z_|ZSTD_|ERR_ZSTD)/.test(code));
  if (!(error instanceof Error) || !ours) return error;
  const message = `${name} cannot be unpacked: its ${compression} data is damaged (${error.message}).`;
  return new LeaksofError(message, null, 2, { cause: error });
}
