import type { Json, Report } from '../model/report.ts';

/** Version of the JSON documents: raised when a field changes its meaning or goes away. */
const SCHEMA_VERSION = 1;

/** What has no JSON number: an unlimited limit is `"unlimited"`, an undefined ratio `null`. */
function jsonValue(_key: string, value: unknown): unknown {
  if (typeof value !== 'number' || Number.isFinite(value)) return value;
  return value === Number.POSITIVE_INFINITY ? 'unlimited' : null;
}

/** A value as JSON text in one line, numbers made sayable. */
export function jsonText(value: unknown, indent = 0): string {
  return JSON.stringify(value, jsonValue, indent);
}

/** The report as one object: the common fields in contract order, then the command's data. */
export function document(report: Report): object {
  const { command, source, coverage, verdict, findings, data } = report;
  return { schemaVersion: SCHEMA_VERSION, command, source, coverage, verdict, findings, ...data };
}

/** The rows of a report's data: its first property that is a list of objects, and the name of that property. */
export function namedRecords(report: Report): { name: string; rows: readonly Readonly<Record<string, Json>>[] } {
  const plain = JSON.parse(jsonText(report.data)) as Record<string, Json>;
  for (const [name, value] of Object.entries(plain)) {
    if (Array.isArray(value) && value.every(isRecord)) return { name, rows: value };
  }
  return { name: '', rows: [] };
}

export function isRecord(value: Json): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
