import { type Danfo, type DataFrame, dataFrame } from '../columns/data-frame.ts';
import type { OpenFile } from '../model/open-file.ts';
import { OPEN_FILE_FIELDS } from '../model/schema.ts';

/**
 * Rows as a danfo.js DataFrame with the columns of `OPEN_FILE_FIELDS`. Absent cells are null, which danfo.js leaves out
 * of sums, means and counts. Sizes above 2^53 bytes, exact as strings in a row, become the nearest number here.
 */
export function frameOf(danfo: Danfo, rows: readonly OpenFile[]): DataFrame {
  const cells = rows.map((row) =>
    OPEN_FILE_FIELDS.map(({ name, type }) => {
      const value = row[name];
      return type === 'number' && typeof value === 'string' ? Number(value) : value;
    }),
  );
  return dataFrame(danfo, OPEN_FILE_FIELDS, cells);
}
