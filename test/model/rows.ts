import { classOf } from '../../src/model/classify.ts';
import type { RowConsumer } from '../../src/model/consumer.ts';
import { className } from '../../src/model/descriptor-class.ts';
import { type OpenFile, openFile } from '../../src/model/open-file.ts';
import { Cell, type CellName, type RowBatch } from '../../src/model/row-batch.ts';
import { RowWriter } from '../../src/model/row-writer.ts';

/** A row as a source would write it. */
export type Cells = Partial<Record<CellName, string>> & { pid?: number; deleted?: boolean };

/** Pushes rows into a consumer as batches. */
export function writeRows(rows: readonly Cells[], consumer: RowConsumer): void {
  const writer = new RowWriter(consumer);
  rows.forEach(({ pid = 1, deleted, ...cells }, index) => {
    writer.begin(index + 1, pid);
    for (const [name, text] of Object.entries(cells)) writer.text(Cell[name as CellName], text);
    if (deleted !== undefined) writer.deleted(deleted);
    writer.end();
  });
  writer.flush();
}

/** Applies a function to each row. */
export function mapRows<T>(rows: readonly Cells[], read: (batch: RowBatch, row: number) => T): T[] {
  const found: T[] = [];
  writeRows(rows, {
    listing: () => {},
    process: () => {},
    rows: (batch) => {
      for (let row = 0; row < batch.rows; row++) found.push(read(batch, row));
    },
  });
  return found;
}

export function openFiles(rows: readonly Cells[]): OpenFile[] {
  return mapRows(rows, openFile);
}

export function classesOf(rows: readonly Cells[]): string[] {
  return mapRows(rows, (batch, row) => className(classOf(batch, row)));
}
