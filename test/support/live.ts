import { spawnSync } from 'node:child_process';
import { decodeText } from '../../src/columns/utf8.ts';
import { className, type DescriptorClass } from '../../src/model/descriptor-class.ts';
import type { ProcessFact } from '../../src/model/process.ts';
import { CELLS, type CellName, Num } from '../../src/model/row-batch.ts';
import type { Source, SourceResult } from '../../src/model/source.ts';

/** A live row with its cells as text. */
export interface LiveRow {
  readonly pid: number;
  /** Descriptor number; null for `cwd`, `mem` and the like. */
  readonly number: number | null;
  readonly class: DescriptorClass | null;
  readonly deleted: 'unknown' | 'no' | 'yes';
  readonly cells: Readonly<Partial<Record<CellName, string>>>;
}

export interface LiveReading {
  readonly rows: readonly LiveRow[];
  /** Facts by pid, merged. */
  readonly facts: ReadonlyMap<number, ProcessFact>;
  readonly result: SourceResult;
}

/** Reads a source to its end. */
export async function readSource(source: Source): Promise<LiveReading> {
  const rows: LiveRow[] = [];
  const facts = new Map<number, ProcessFact>();
  const result = await source.read({
    listing: () => {},
    process: (fact) => facts.set(fact.pid, { ...facts.get(fact.pid), ...fact }),
    rows: (batch) => {
      for (let row = 0; row < batch.rows; row++) {
        const cells: Partial<Record<CellName, string>> = {};
        for (const [index, name] of CELLS.entries()) {
          const column = batch.text[index];
          const start = column?.start[row] ?? -1;
          if (column && start >= 0) cells[name] = decodeText(batch.bytes, start, column.end[row] as number);
        }
        const number = (column: number) => (batch.numbers[column] as Int32Array)[row] as number;
        const code = number(Num.class);
        const digits = /^\d+/.exec(cells.fd ?? '');
        rows.push({
          pid: number(Num.pid),
          number: digits ? Number(digits[0]) : null,
          class: code === 0 ? null : className(code),
          deleted: (['unknown', 'no', 'yes'] as const)[number(Num.deleted)] ?? 'unknown',
          cells,
        });
      }
    },
  });
  return { rows, facts, result };
}

/** A row of `lsof -F`, field by letter. */
export type LsofRow = Readonly<Record<string, string>>;

/** What lsof itself says of a process's descriptors, by FD cell. */
export function lsofRows(pid: number): Map<string, LsofRow> {
  const { stdout } = spawnSync('lsof', ['-nP', '-F0', '-p', String(pid)], {
    encoding: 'latin1',
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
    maxBuffer: 1 << 28,
  });
  const rows = new Map<string, LsofRow>();
  for (const line of stdout.split('\n')) {
    const fields: Record<string, string> = {};
    for (const field of line.split('\0')) if (field !== '') fields[field.charAt(0)] = field.slice(1);
    if (fields.f !== undefined) rows.set(fields.f, fields);
  }
  return rows;
}

/** The rows of what a factory opened on purpose. */
export function rowsOf(
  reading: LiveReading,
  factory: { readonly pid: number; readonly opened: readonly number[] },
): LiveRow[] {
  const numbers = new Set(factory.opened);
  return reading.rows.filter((row) => row.pid === factory.pid && row.number !== null && numbers.has(row.number));
}
