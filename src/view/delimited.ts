import { DESCRIPTOR_CLASSES } from '../model/descriptor-class.ts';
import type { Json } from '../model/report.ts';
import { isRecord, jsonText, namedRecords } from './document.ts';
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

/** Objects that may be absent, with their keys: a column must not come and go with what was found. */
const INNER: Readonly<Record<string, readonly string[]>> = {
  classes: DESCRIPTOR_CLASSES,
  topTarget: ['pattern', 'name', 'class', 'type', 'count'],
};

/** Keys of the rows that documents hold, so that an answer without rows still has a header. */
export const ROW_KEYS: Readonly<Record<string, readonly string[]>> = {
  processes: [
    'pid',
    'startTime',
    'command',
    'user',
    'descriptors',
    'listed',
    'reserved',
    'openFiles',
    'softLimit',
    'hardLimit',
    'utilisation',
    'headroom',
    'classes',
    'topTarget',
  ],
  groups: ['key', 'processes', 'descriptors', 'openFiles', 'classes', 'topTarget'],
  holders: [
    'pid',
    'startTime',
    'command',
    'user',
    'files',
    'bytes',
    'allocated',
    'unsized',
    'alone',
    'largest',
    'release',
  ],
  files: ['path', 'state', 'size', 'allocated', 'age', 'modified', 'born', 'owner', 'links', 'why', 'holders'],
  pipes: [
    'kind',
    'node',
    'name',
    'state',
    'queued',
    'capacity',
    'share',
    'why',
    'rate',
    'fullIn',
    'packets',
    'nonblocking',
    'readers',
    'writers',
    'ends',
    'missing',
    'alone',
    'blocked',
  ],
  targets: ['pattern', 'name', 'type', 'class', 'count', 'processes'],
};

/** Nested objects as `outer.inner` columns, so that a table keeps every number. */
function flatten(row: Readonly<Record<string, Json>>, prefix = ''): Map<string, Json> {
  const flat = new Map<string, Json>();
  for (const [key, value] of Object.entries(row)) {
    const inner = INNER[key];
    if (inner) {
      const cells = isRecord(value) ? value : {};
      for (const name of inner) flat.set(`${prefix}${key}.${name}`, cells[name] ?? null);
    } else if (isRecord(value)) {
      for (const [name, cell] of flatten(value, `${prefix}${key}.`)) flat.set(name, cell);
    } else {
      flat.set(prefix + key, value);
    }
  }
  return flat;
}

function delimitedView(separator: ',' | '\t'): View {
  return (report) => {
    const { name, rows } = namedRecords(report);
    const flat = rows.map((row) => flatten(row));
    const empty = flatten(Object.fromEntries((ROW_KEYS[name] ?? []).map((key) => [key, null])));
    const columns = [...new Set((flat.length > 0 ? flat : [empty]).flatMap((row) => [...row.keys()]))];
    const lines = flat.map((row) => columns.map((column) => delimitedCell(row.get(column), separator)).join(separator));
    return [columns.join(separator), ...lines].map((line) => line + lineEnd(separator)).join('');
  };
}

export const csvView: View = delimitedView(',');
export const tsvView: View = delimitedView('\t');
