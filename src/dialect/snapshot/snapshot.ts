import { Buffer } from 'node:buffer';
import type { RowConsumer } from '../../model/consumer.ts';
import { DESCRIPTOR_CLASSES } from '../../model/descriptor-class.ts';
import { ForeignInputError } from '../../model/error.ts';
import { CELLS, Cell } from '../../model/row-batch.ts';
import { RowWriter } from '../../model/row-writer.ts';
import { SeriesLineError, SeriesLineReader } from '../../model/series-line.ts';
import {
  factOf,
  hiddenOf,
  isObject,
  originOf,
  SNAPSHOT_FORMAT,
  SNAPSHOT_VERSION,
  type SnapshotOrigin,
} from '../../model/snapshot.ts';
import type { Dialect, DialectParser, ParseResult, Sample } from '../dialect.ts';
import { LineLedger } from '../line/line-ledger.ts';
import { LineReader } from '../line/line-reader.ts';
import { SeriesListings } from './series-listing.ts';

type JsonObject = Readonly<Record<string, unknown>>;

const CELL_ENTRIES = CELLS.map((name) => [name, Cell[name]] as const);

/** A refusal: a snapshot that is not whole must not be taken for one that is. */
function damaged(what: string): ForeignInputError {
  return new ForeignInputError(`The snapshot ${what}.`, 'save it again: leaksof snap -o FILE');
}

class SnapshotParser implements DialectParser {
  readonly #consumer: RowConsumer;
  readonly #writer: RowWriter;
  readonly #ledger = new LineLedger();
  readonly #reader = new LineReader((bytes, start, end, line, overlong) => {
    if (overlong) throw damaged(`is damaged: line ${line} is too long`);
    this.#line(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8'), line);
  });
  #origin: SnapshotOrigin | null = null;
  #hidden: readonly string[] = [];
  #listings = 0;
  #rows = 0;
  #processes = 0;
  #ended = false;
  /** Where the file is a series. */
  #series: { readonly reader: SeriesLineReader; readonly listings: SeriesListings } | null = null;
  /** A line of a series that is no JSON: right only as the last one, which its writer had no time to end. */
  #cut: ForeignInputError | null = null;

  constructor(consumer: RowConsumer) {
    this.#consumer = consumer;
    this.#writer = new RowWriter(consumer);
  }

  write(chunk: Uint8Array): void {
    this.#reader.write(chunk);
  }

  finish(): ParseResult {
    this.#reader.finish();
    this.#writer.flush();
    if (this.#origin === null) throw damaged('has no header');
    if (this.#series) return this.#finishSeries(this.#origin, this.#series.listings);
    if (!this.#ended) throw damaged(`is cut: it ends after ${this.#rows} rows without its end line`);
    if (this.#listings === 0) this.#consumer.listing({ index: 0, marker: null, line: 1 });
    return {
      lines: this.#ledger.finish(),
      listings: Math.max(1, this.#listings),
      hidden: this.#hidden,
      origin: this.#origin,
    };
  }

  /** A series is written as it goes: one whose writer was stopped in the middle is whole up to there. */
  #finishSeries(origin: SnapshotOrigin, listings: SeriesListings): ParseResult {
    const found = listings.finish();
    this.#writer.flush();
    const hidden = [...this.#hidden, ...listings.hidden];
    if (this.#cut) hidden.push('the series is cut in the middle of its last line: that sample is lost');
    if (!this.#ended) hidden.push('the series has no end line: whoever took it was stopped');
    return {
      lines: this.#ledger.finish(),
      listings: found,
      hidden,
      origin: { ...origin, time: listings.time ?? origin.time },
    };
  }

  #line(text: string, line: number): void {
    if (text.trim() === '') {
      this.#ledger.other();
      return;
    }
    if (this.#cut) throw this.#cut;
    if (this.#series) {
      this.#seriesLine(text, line);
      return;
    }
    const record = parsed(text, line);
    if (this.#origin === null) this.#header(record);
    else if (this.#ended) throw damaged(`is damaged: line ${line} stands behind its end`);
    else if (isObject(record.row)) this.#row(record.row, line);
    else if ('process' in record) this.#process(record.process, line);
    else if (isObject(record.listing)) this.#listing(record.listing, line);
    else if (isObject(record.end)) this.#end(record.end);
    // A record of a later minor version.
    if (isObject(record.row)) this.#ledger.row();
    else this.#ledger.other();
  }

  #header(header: JsonObject): void {
    if (header.format !== SNAPSHOT_FORMAT) throw damaged('has no header');
    const { version } = header;
    const major = typeof version === 'string' ? /^(\d+)\.\d+$/.exec(version)?.[1] : undefined;
    if (major === undefined) throw damaged('does not say its version');
    const own = SNAPSHOT_VERSION.replace(/\..*/, '');
    if (major !== own) {
      throw new ForeignInputError(
        `The snapshot is of format version ${version}; this leaksof reads ${own}.x.`,
        Number(major) > Number(own) ? 'read it with a newer leaksof' : null,
      );
    }
    this.#origin = originOf(header);
    this.#hidden = hiddenOf(header);
    if (isObject(header.series)) {
      this.#series = { reader: new SeriesLineReader(), listings: new SeriesListings(this.#consumer, this.#writer) };
    }
  }

  #seriesLine(text: string, line: number): void {
    this.#ledger.other();
    let record: JsonObject;
    try {
      record = parsed(text, line);
    } catch (error) {
      if (!(error instanceof ForeignInputError)) throw error;
      this.#cut = error;
      return;
    }
    if (this.#ended) throw damaged(`is damaged: line ${line} stands behind its end`);
    try {
      const item = this.#series?.reader.read(record);
      if (item?.kind === 'end') this.#ended = true;
      else if (item) this.#series?.listings.take(item, line);
    } catch (error) {
      if (!(error instanceof SeriesLineError)) throw error;
      throw damaged(`is damaged: line ${line} ${error.message}`);
    }
  }

  #listing(listing: JsonObject, line: number): void {
    const { marker, time } = listing;
    this.#writer.flush();
    const index = this.#listings++;
    this.#writer.listing(
      index,
      line,
      typeof marker === 'string' ? marker : null,
      typeof time === 'string' ? time : null,
    );
  }

  #process(value: unknown, line: number): void {
    const fact = factOf(value);
    if (!fact) throw damaged(`is damaged: line ${line} names no process`);
    this.#writer.flush();
    this.#processes++;
    this.#consumer.process(fact);
  }

  #row(row: JsonObject, line: number): void {
    const { pid, deleted } = row;
    if (typeof pid !== 'number' || !Number.isInteger(pid)) throw damaged(`is damaged: line ${line} names no process`);
    if (this.#listings === 0) throw damaged(`is damaged: line ${line} belongs to no listing`);
    this.#rows++;
    this.#writer.begin(line, pid);
    for (const [name, cell] of CELL_ENTRIES) {
      const value = row[name];
      if (typeof value === 'string') this.#writer.text(cell, value);
    }
    const kind = DESCRIPTOR_CLASSES.find((name) => name === row.class);
    if (kind !== undefined) this.#writer.class(kind);
    if (typeof deleted === 'boolean') this.#writer.deleted(deleted);
    this.#writer.end();
  }

  #end(end: JsonObject): void {
    this.#ended = true;
    const lacks = (what: string, wanted: unknown, found: number): void => {
      if (typeof wanted === 'number' && wanted !== found) {
        throw damaged(`is damaged: it says ${wanted} ${what} and holds ${found}`);
      }
    };
    lacks('rows', end.rows, this.#rows);
    lacks('processes', end.processes, this.#processes);
    lacks('listings', end.listings, this.#listings);
  }
}

function parsed(text: string, line: number): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw damaged(`is damaged or cut: line ${line} is no JSON object`);
}

/** The header comes first, whatever order its keys have. */
function detect({ lines }: Sample): number {
  const first = lines.find((line) => line.trim() !== '') ?? '';
  return /^\s*\{.*"format"\s*:\s*"leaksof-snapshot"/.test(first) ? 1 : 0;
}

/**
 * What `leaksof snap` writes, and the series of `leaksof watch` (docs/snapshot.md). A newer major version and a damaged file
 * are refused, so is a cut snapshot.
 */
export const snapshot: Dialect = {
  name: 'snapshot',
  title: 'leaksof snap and watch: a saved snapshot or series',
  detect,
  parser: (consumer) => new SnapshotParser(consumer),
};
