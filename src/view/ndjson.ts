import { jsonText, namedRecords } from './document.ts';
import { safeJson } from './escape.ts';
import type { View } from './view.ts';

/** One line per row of the report's data. */
export const ndjsonView: View = (report) =>
  namedRecords(report)
    .rows.map((row) => `${safeJson(jsonText(row))}\n`)
    .join('');
