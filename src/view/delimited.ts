import type { Json } from '../model/report.ts';
import { isRecord, jsonText, records } from './document.ts';
import { cellText } from './escape.ts';
import type { View } from './view.ts';

/** One cell: text guarded against formulas, numbers as they are, `null` empty. CSV quotes as RFC 4180 says; TSV needs no quotes, tabs being escaped. */
export function delimitedCell(value: unknown, separator: ',' | '\t'): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  const text = cellText(
    typeof value === 'string' ? value : typeof value === 'object' ? jsonText(value) : saidValue(value),
  );
  return separator === ',' && /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function saidValue(value: unknown): string {
  return value === Number.POSITIVE_INFINITY ? 'unlimited' : String(value);
}

/** RFC 4180 ends a line with CR LF; TSV is for Unix tools, which want LF. */
export function lineEnd(separator: ',' | '\t'): string {
  return separator === ',' ? '\r\n' : '\n';
}

/** Nested objects as `outer.inner` columns, so that a table keeps every number. */
function flatten(row: Readonly<Record<string, Json>>, prefix = ''): Map<string, Json> {
  const flat = new Map<string, Json>();
  for (const [key, value] of Object.entries(row)) {
    if (!isRecord(value)) flat.set(prefix + key, value);
    else for (const [inner, cell] of flatten(value, `${prefix + key}.`)) flat.set(inner, cell);
  }
  return flat;
}

/** Column names of all rows; inner columns stand where their outer one was first seen. */
function columnsOf(rows: readonly Map<string, Json>[]): string[] {
  const columns: string[] = [];
  const seen = new Set<string>();
  for (const row of rows) {
    let at = 0;
    for (const key of row.keys()) {
      if (seen.has(key)) at = columns.indexOf(key) + 1;
      else {
        columns.splice(at++, 0, key);
        seen.add(key);
      }
    }
  }
  const outer = new Set(
    columns.filter((column) => column.includes('.')).map((column) => column.slice(0, column.indexOf('.'))),
  );
  return columns.filter((column) => !outer.has(column));
}

function delimitedView(separator: ',' | '\t'): View {
  return (report) => {
    const rows = records(report).map((row) => flatten(row));
    const columns = columnsOf(rows);
    if (columns.length === 0) return '';
    const end = lineEnd(separator);
    const lines = rows.map((row) => columns.map((column) => delimitedCell(row.get(column), separator)).join(separator));
    return [columns.join(separator), ...lines].map((line) => line + end).join('');
  };
}

export const csvView: View = delimitedView(',');
export const tsvView: View = delimitedView('\t');
