import { Buffer } from 'node:buffer';
import type { ListingStart, RowConsumer } from '../model/consumer.ts';
import type { LineCoverage } from '../model/coverage.ts';
import type { ProcessFact } from '../model/process.ts';
import { Num, type RowBatch } from '../model/row-batch.ts';
import { sampleOf, surest } from './detect.ts';
import type { Dialect, DialectParser, ParseResult } from './dialect.ts';
import { recogniseOther } from './line/other-line.ts';
import { DIALECTS } from './registry.ts';

/** Pastes are small; an input beyond this is one program's output and is not kept for a second look. */
const KEPT_BYTES = 4 << 20;
/** How sure another dialect must be of lines that the first one left: one row among the prose of a page is enough. */
const SURE = 0.3;
/** Dialects in one paste. */
const READINGS = 3;
const NEWLINE = 0x0a;

/**
 * Reads a paste that holds listings of several dialects, `lsof -p 12` above `ls -l /proc/12/fd` say: lines that the first
 * dialect could not place are read again by the dialect that knows them, each at its own line number.
 * Rows of a process that the first listing has too open a listing of their own, since the two do not add up.
 */
export function readAgain(dialect: Dialect, consumer: RowConsumer): DialectParser {
  return new SecondReading([dialect], consumer);
}

class SecondReading implements DialectParser {
  readonly #tried: readonly Dialect[];
  readonly #consumer: RowConsumer;
  readonly #seen = new SeenPids();
  readonly #parser: DialectParser;
  #kept: Uint8Array[] | null = [];
  #bytes = 0;

  constructor(tried: readonly Dialect[], consumer: RowConsumer) {
    this.#tried = tried;
    this.#consumer = consumer;
    const [first] = tried.slice(-1) as [Dialect];
    this.#parser = first.parser({
      listing: (start) => consumer.listing(start),
      process: (fact) => consumer.process(fact),
      rows: (batch) => {
        if (this.#kept) this.#seen.rows(batch);
        consumer.rows(batch);
      },
    });
  }

  write(chunk: Uint8Array): void {
    this.#bytes += chunk.length;
    if (this.#bytes > KEPT_BYTES) this.#kept = null;
    this.#kept?.push(chunk.slice());
    this.#parser.write(chunk);
  }

  finish(): ParseResult {
    const first = this.#parser.finish();
    const { unplaced, unplacedTotal } = first.lines;
    if (!this.#kept || unplacedTotal === 0 || unplacedTotal > unplaced.length || this.#tried.length >= READINGS)
      return first;
    const left = new Set(unplaced.map(({ line }) => line));
    const rest = restOf(new Uint8Array(Buffer.concat(this.#kept)), left);
    const dialect = bestFor(rest.text, this.#tried);
    if (!dialect) return first;
    const probe = new SeenPids();
    const trial = dialect.parser(probe);
    trial.write(rest.blanked);
    const { lines } = trial.finish();
    if (lines.rows * 4 <= lines.unplacedTotal) return first;
    return this.#again(dialect, rest.blanked, first, probe);
  }

  #again(dialect: Dialect, bytes: Uint8Array, first: ParseResult, probe: SeenPids): ParseResult {
    const base = probe.meets(this.#seen) ? first.listings : Math.max(0, first.listings - 1);
    const parser = new SecondReading(
      [...this.#tried, dialect],
      new LaterListings(this.#consumer, base, first.listings),
    );
    parser.write(bytes);
    const second = parser.finish();
    return {
      ...first,
      lines: together(first.lines, second.lines),
      listings: Math.max(first.listings, base + second.listings),
      hidden: [...new Set([...first.hidden, ...second.hidden])],
    };
  }
}

/** The processes of which rows went by. */
class SeenPids implements RowConsumer {
  readonly #pids = new Set<number>();

  listing(): void {}
  process(): void {}

  rows(batch: RowBatch): void {
    const pids = batch.numbers[Num.pid] as Int32Array;
    for (let row = 0; row < batch.rows; row++) {
      if (row === 0 || pids[row] !== pids[row - 1]) this.#pids.add(pids[row] as number);
    }
  }

  meets(other: SeenPids): boolean {
    for (const pid of this.#pids) if (pid >= 0 && other.#pids.has(pid)) return true;
    return false;
  }
}

/** Passes rows on as listings from `base`; those that are open already are not opened again. */
class LaterListings implements RowConsumer {
  readonly #next: RowConsumer;
  readonly #base: number;
  readonly #open: number;

  constructor(next: RowConsumer, base: number, open: number) {
    this.#next = next;
    this.#base = base;
    this.#open = open;
  }

  listing(start: ListingStart): void {
    const index = this.#base + start.index;
    if (index >= this.#open) this.#next.listing({ ...start, index });
  }

  rows(batch: RowBatch): void {
    const { listing } = batch;
    batch.listing = this.#base + listing;
    this.#next.rows(batch);
    batch.listing = listing;
  }

  process(fact: ProcessFact): void {
    this.#next.process(fact);
  }
}

/** Every line has one account: what the second reading placed is taken from what the first one left. */
function together(first: LineCoverage, second: LineCoverage): LineCoverage {
  const still = new Set(second.unplaced.map(({ line }) => line));
  const unplaced = first.unplaced.filter(({ line }) => still.has(line));
  const rows = first.rows + second.rows;
  const other = first.total - rows - unplaced.length;
  return { total: first.total, rows, other, unplaced, unplacedTotal: unplaced.length };
}

/** The lines left and the prompts among them: as a text by themselves, and in place with all other lines blanked. */
function restOf(bytes: Uint8Array, left: ReadonlySet<number>): { text: Uint8Array; blanked: Uint8Array } {
  const blanked = bytes.slice();
  const text = new Uint8Array(bytes.length + 1);
  let length = 0;
  let line = 0;
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    line++;
    if (left.has(line) || isPrompt(bytes, start, end)) {
      text.set(bytes.subarray(start, end), length);
      length += end - start;
      text[length++] = NEWLINE;
    } else {
      blanked.fill(0x20, start, end);
    }
    start = end + 1;
  }
  return { text: text.subarray(0, length), blanked };
}

/** Commands are kept: `ls -l /proc/12/fd` names its process nowhere else. */
function isPrompt(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start > 1024) return false;
  return (
    recogniseOther(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1'))?.kind ===
    'prompt'
  );
}

function bestFor(bytes: Uint8Array, tried: readonly Dialect[]): Dialect | null {
  const untried = DIALECTS.filter((dialect) => !tried.includes(dialect));
  const { dialect, certainty } = surest(sampleOf(bytes), untried);
  return certainty > SURE ? dialect : null;
}
