import { detectDialect, SAMPLE_BYTES, sampleOf } from '../dialect/detect.ts';
import type { Dialect } from '../dialect/dialect.ts';
import { dressesOf } from '../dialect/dress/dresses.ts';
import { Undressing } from '../dialect/dress/undressing.ts';
import { readAgain } from '../dialect/second-reading.ts';
import type { RowConsumer } from '../model/consumer.ts';
import { ForeignInputError, LeaksofError } from '../model/error.ts';
import type { SourceInfo } from '../model/report.ts';
import type { Source, SourceResult } from '../model/source.ts';
import { type Compression, compressionOf, MAGIC_BYTES, unpacked } from './compression.ts';
import { asUtf8, MARK_BYTES } from './encoding.ts';
import type { Chunks } from './file.ts';
import { Head } from './head.ts';
import { shellWord } from './read-error.ts';

export interface BytesOptions {
  readonly chunks: Chunks;
  readonly kind: SourceInfo['kind'];
  /** What messages and the report call it. */
  readonly name: string;
  readonly dialect?: string | undefined;
  readonly ready?: () => Promise<void>;
}

/** Warnings ahead of a header can be long: after so many samples without a listing in them, detection gives up. */
const SAMPLES = 4;
const NEWLINE = 10;

/**
 * Bytes from anywhere, in any dialect, plain or compressed; can be read once.
 *
 * Reading throws a LeaksofError (exit 2) for input that is empty, unreadable or no listing.
 */
export function bytesSource(options: BytesOptions): Source {
  return { read: (consumer) => readBytes(options, consumer) };
}

async function readBytes(options: BytesOptions, consumer: RowConsumer): Promise<SourceResult> {
  const packed = new Head(options.chunks);
  try {
    return await parsed(packed, options, consumer);
  } finally {
    await packed.close();
  }
}

async function parsed(packed: Head, options: BytesOptions, consumer: RowConsumer): Promise<SourceResult> {
  const { kind, name, dialect: forced } = options;
  const shown = name === '-' ? 'stdin' : name;
  const cut: string[] = [];
  const compression: Compression | null = compressionOf(await packed.atLeast(MAGIC_BYTES), shown);
  const plain = compression
    ? new Head(unpacked(packed.all(), compression, shown, (sentence) => cut.push(sentence)))
    : packed;
  const dressed = new Head(asUtf8(await plain.atLeast(MARK_BYTES), plain.all()));
  const undressing = undressingOf(await dressed.atLeast(SAMPLE_BYTES));
  const text = undressing ? new Head(undressed(dressed.all(), undressing)) : dressed;
  const dialect = await detected(text, shown, forced);
  const rows = undressing ? undressing.numbered(consumer) : consumer;
  const parser = forced === undefined ? readAgain(dialect, rows) : dialect.parser(rows);
  for await (const chunk of text.all()) {
    // Not a Buffer: its `slice` shares memory where every other array's copies, and this memory is used again.
    parser.write(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length));
    if (options.ready) await options.ready();
  }
  const { lines, listings, hidden, origin } = parser.finish();
  return {
    info: { kind, name, dialect: dialect.name, ...(compression ? { compression } : {}), time: origin?.time ?? null },
    coverage: {
      lines: undressing ? undressing.coverage(lines) : lines,
      listings,
      hidden: [...hidden, ...(undressing?.notes ?? []), ...cut],
      ...(origin?.processes ? { processes: origin.processes } : {}),
    },
    system: origin?.system ?? null,
    ...(origin ? { machine: origin.machine } : {}),
  };
}

function undressingOf(head: Uint8Array): Undressing | null {
  const dresses = dressesOf(sampleOf(head));
  return dresses.length > 0 ? new Undressing(dresses) : null;
}

async function* undressed(chunks: Chunks, undressing: Undressing): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) yield undressing.write(chunk);
  yield undressing.end();
}

/** Looks at the first sample, and where that is nobody's (pages of warnings), at the ones after it. */
async function detected(text: Head, name: string, forced: string | undefined): Promise<Dialect> {
  let refusal: ForeignInputError | null = null;
  for (let sample = 1; sample <= SAMPLES; sample++) {
    const bytes = await text.atLeast(sample * SAMPLE_BYTES);
    if (bytes.length === 0) throw emptyInput(name);
    const from = (sample - 1) * SAMPLE_BYTES;
    const start = from === 0 ? 0 : bytes.indexOf(NEWLINE, from) + 1;
    try {
      return detectDialect(sampleOf(bytes.subarray(start, start + SAMPLE_BYTES)), forced);
    } catch (error) {
      if (!(error instanceof ForeignInputError)) throw error;
      refusal ??= error;
    }
    if (bytes.length < sample * SAMPLE_BYTES) break;
  }
  throw refusal ?? emptyInput(name);
}

function emptyInput(name: string): LeaksofError {
  const hint = name === 'stdin' ? 'lsof -nP | leaksof' : `lsof -nP > ${shellWord(name)}`;
  return new LeaksofError(`${name} is empty: there is no listing to read.`, hint, 2);
}
