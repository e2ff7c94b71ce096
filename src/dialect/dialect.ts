import type { RowConsumer } from '../model/consumer.ts';
import type { LineCoverage } from '../model/coverage.ts';
import type { SnapshotOrigin } from '../model/snapshot.ts';

/** The first bytes of an input, for detection. */
export interface Sample {
  /** Up to 64 KiB. */
  readonly bytes: Uint8Array;
  /** The same as text (Latin-1, so that positions are byte positions). */
  readonly text: string;
  /** Its lines without line ends; the last one may be cut. */
  readonly lines: readonly string[];
}

export interface ParseResult {
  readonly lines: LineCoverage;
  /** Listings found. */
  readonly listings: number;
  /** Sentences about what the input itself says it lacks ("Output information may be incomplete"). */
  readonly hidden: readonly string[];
  /** When, where and how completely the rows were read, of inputs that say so (snapshots). */
  readonly origin?: SnapshotOrigin;
}

/** Takes the bytes of one input in chunks of any size. */
export interface DialectParser {
  /** The chunk's buffer may be reused by the caller after the call returns. */
  write(chunk: Uint8Array): void;
  /** End of input: a cut last row is placed or reported here. */
  finish(): ParseResult;
}

/** One format of open-file listing. One file each; `registry.ts` lists them. */
export interface Dialect {
  /** Name for `--dialect`, kebab-case. */
  readonly name: string;
  /** One line for `--help`. */
  readonly title: string;
  /** How sure this dialect is that the sample is its own, 0 (no) to 1 (certain). Must be cheap and must not throw. */
  detect(sample: Sample): number;
  parser(consumer: RowConsumer): DialectParser;
}
