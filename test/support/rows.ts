import type { RowConsumer } from '../../src/model/consumer.ts';
import type { ProcessFact } from '../../src/model/process.ts';
import type { Report } from '../../src/model/report.ts';
import { CELLS, Cell, type CellName } from '../../src/model/row-batch.ts';
import { RowWriter } from '../../src/model/row-writer.ts';
import type { Analysis, SourceResult } from '../../src/model/source.ts';

/** A row for a test: its cells as text, absent ones left out. */
export type TestRow = { readonly [cell in CellName]?: string } & {
  readonly pid: number;
  /** Listing it belongs to, from 0; rows of one listing stand together. */
  readonly listing?: number;
  readonly isDeleted?: boolean;
};

/** Where the rows of a test come from. */
export const TEST_RESULT: SourceResult = {
  info: { kind: 'file', name: 'dump.txt', dialect: 'test', time: null },
  coverage: {},
  system: null,
};

/** Pushes rows as a dialect would, a batch ending after every `split` rows. */
export function feed(consumer: RowConsumer, rows: readonly TestRow[], split = Number.POSITIVE_INFINITY): void {
  const writer = new RowWriter(consumer);
  let listing = 0;
  consumer.listing({ index: 0, line: 1, marker: null });
  rows.forEach((row, index) => {
    const wanted = row.listing ?? 0;
    while (listing < wanted) writer.listing(++listing, index + 2);
    writer.begin(index + 2, row.pid);
    for (const name of CELLS) {
      const text = row[name];
      if (text !== undefined) writer.text(Cell[name], text);
    }
    if (row.isDeleted !== undefined) writer.deleted(row.isDeleted);
    writer.end();
    if ((index + 1) % split === 0) writer.flush();
  });
  writer.flush();
}

/** The report of an analysis about rows and facts; facts come first, as from /proc. */
export function reportOf<D extends object>(
  analysis: Analysis<D>,
  rows: readonly TestRow[],
  facts: readonly ProcessFact[] = [],
  result: Partial<SourceResult> = {},
): Report<D> {
  for (const fact of facts) analysis.process(fact);
  feed(analysis, rows);
  return analysis.finish({ ...TEST_RESULT, ...result });
}

/** So many rows, made from their index. */
export function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** A descriptor of a regular file. */
export function regular(pid: number, fd: number, name: string, more: Partial<TestRow> = {}): TestRow {
  return { pid, command: 'app', user: 'www', fd: `${fd}r`, type: 'REG', name, ...more };
}
