import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { decodeText } from '../../src/columns/utf8.ts';
import { lsofText } from '../../src/dialect/lsof-text/lsof-text.ts';
import type { ListingStart } from '../../src/model/consumer.ts';
import type { LineCoverage } from '../../src/model/coverage.ts';
import type { ProcessFact } from '../../src/model/process.ts';
import { CELLS, type CellName, Num } from '../../src/model/row-batch.ts';

/** One parsed row, cells as printed. */
export type ParsedRow = { line: number; listing: number; pid: number } & Partial<Record<CellName, string>>;

export interface Parsed {
  rows: ParsedRow[];
  listings: ListingStart[];
  facts: ProcessFact[];
  lines: LineCoverage;
  hidden: readonly string[];
}

/** Parses the input in chunks of `step` bytes, each in a buffer that is overwritten afterwards. */
export function parseText(input: string | Uint8Array, step = 1 << 20): Parsed {
  const bytes = typeof input === 'string' ? new TextEncoder().encode(input) : input;
  const rows: ParsedRow[] = [];
  const listings: ListingStart[] = [];
  const facts: ProcessFact[] = [];
  const parser = lsofText.parser({
    listing: (start) => listings.push(start),
    process: (fact) => facts.push(fact),
    rows: (batch) => {
      for (let row = 0; row < batch.rows; row++) {
        const parsed: ParsedRow = {
          line: batch.numbers[Num.line][row],
          listing: batch.listing,
          pid: batch.numbers[Num.pid][row],
        };
        CELLS.forEach((name, index) => {
          const column = batch.text[index];
          if (column && column.start[row] >= 0)
            parsed[name] = decodeText(batch.bytes, column.start[row], column.end[row]);
        });
        rows.push(parsed);
      }
    },
  });
  const buffer = new Uint8Array(Math.min(step, bytes.length));
  for (let at = 0; at < bytes.length; at += step) {
    const part = bytes.subarray(at, at + step);
    buffer.set(part);
    parser.write(buffer.subarray(0, part.length));
    buffer.fill(88);
  }
  const result = parser.finish();
  return { rows, listings, facts, lines: result.lines, hidden: result.hidden };
}

/** COMMAND, PID, USER, FD, TYPE, NAME of a row as the truth files state them. */
export type TruthRow = readonly [string, string, string, string, string, string];

export interface Capture {
  name: string;
  bytes: Buffer;
  /** By 1-based line. */
  truth: Map<number, TruthRow>;
}

function unescaped(cell: string): string {
  return cell.replace(/\\(\\|t)/g, (_, sign) => (sign === 't' ? '\t' : '\\'));
}

function capture(text: string, tsv: string, name: string): Capture {
  const truth = new Map<number, TruthRow>();
  for (const line of readFileSync(tsv, 'utf8').trimEnd().split('\n').slice(1)) {
    const [number, command, pid, user, fd, type, target] = line.split('\t').map(unescaped);
    // toybox cuts the user `user with space` to ten bytes; its corpus truth names the last word of those alone.
    const cutUser = user === 'with' ? 'user with' : user;
    truth.set(Number(number), [command, pid, cutUser, fd, type, target.trimEnd()]);
  }
  return { name, bytes: readFileSync(text), truth };
}

const fixtures = fileURLToPath(new URL('../../fixtures/lsof-text/', import.meta.url));
const corpus = fileURLToPath(new URL('../../../shared/corpus/', import.meta.url));

/** The captures kept with the project. */
export function fixtureCaptures(): Capture[] {
  return readdirSync(fixtures)
    .filter((file) => file.endsWith('.txt'))
    .map((file) => capture(fixtures + file, `${fixtures}${file.slice(0, -4)}.tsv`, file.slice(0, -4)));
}

/** Whole captures, where they lie beside the checkout. */
export function corpusCaptures(): Capture[] {
  if (!existsSync(`${corpus}truth`)) return [];
  return readdirSync(`${corpus}truth`)
    .filter((file) => !/-F|busybox/.test(file))
    .map((file) => capture(`${corpus}${file.slice(0, -4)}.txt`, `${corpus}truth/${file}`, file.slice(0, -4)));
}

/** The six judged fields of a parsed row. */
export function judged(row: ParsedRow): TruthRow {
  return [row.command ?? '', String(row.pid), row.user ?? '', row.fd ?? '', row.type ?? '', (row.name ?? '').trimEnd()];
}

/** Parsed against true rows by line: right, wrong in silence, and not given. */
export function score(
  rows: readonly ParsedRow[],
  truth: ReadonlyMap<number, TruthRow>,
): { right: number; wrong: string[]; missing: number[] } {
  const wrong: string[] = [];
  let right = 0;
  const seen = new Set<number>();
  for (const row of rows) {
    const want = truth.get(row.line);
    const got = judged(row);
    seen.add(row.line);
    if (want?.every((cell, i) => cell.replace(/\uFFFD/g, '\\xff') === got[i])) right++;
    else wrong.push(`${row.line}: ${JSON.stringify(got)} want ${JSON.stringify(want ?? null)}`);
  }
  return { right, wrong, missing: [...truth.keys()].filter((line) => !seen.has(line)) };
}
