import type { Json } from '../../model/report.ts';
import type { Alert } from './alert.ts';

/** Characters of a value: a line is read by people, the whole of it is in the document. */
const LONGEST = 120;
const BARE = /^[\w./:@%+,-]+$/;

/**
 * An alert in one line: its sentence, then what it rests on as `key=value`, in quotes where there is more than a word. What is
 * no plain value is left out. Names in it are as they are: whoever prints it makes them safe.
 */
export function alertLine({ kind, severity, message, evidence, ...alert }: Alert): string {
  const { id, budget, reason, target, value, limit, per, forSeconds } = alert;
  const head = kind === 'alert' ? `${severity} alert` : `${severity} alert is over`;
  const fields = {
    id,
    budget,
    reason,
    target: target.name,
    pid: target.pid,
    value,
    limit,
    per,
    forSeconds,
    ...evidence,
  };
  const pairs = Object.entries(fields).flatMap(([key, field]) => pairOf(key, field));
  return `${head}: ${message}; ${pairs.join(' ')}`;
}

function pairOf(key: string, value: Json): string[] {
  if (value === null || typeof value === 'object') return [];
  if (typeof value === 'number') return [`${key}=${Number.isInteger(value) ? value : Number(value.toPrecision(6))}`];
  const text = String(value);
  const cut = text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text;
  return [`${key}=${BARE.test(cut) ? cut : JSON.stringify(cut)}`];
}
