import { jsonText, records } from './document.ts';
import { safeJson } from './escape.ts';
import type { View } from './view.ts';

/** One line per row of the report's data. */
export const ndjsonView: View = (report) =>
  records(report)
    .map((row) => `${safeJson(jsonText(row))}\n`)
    .join('');
