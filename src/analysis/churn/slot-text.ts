import { durationText } from '../../model/duration-text.ts';
import type { ChurnSlot } from './churn-data.ts';
import type { SlotVerdict } from './judge.ts';

/** A life as people read it: `12 ms`, `0.1 s`, `15 min`. */
export function lifeText(seconds: number | null): string | null {
  if (seconds === null) return null;
  return seconds < 0.95 ? `${Math.round(seconds * 1000)} ms` : durationText(seconds);
}

/** A rate per something, to two places. */
export function perText(value: number): string {
  return value.toFixed(2);
}

/** The workers of a slot by name. */
export function slotName({ role, parentCommand, parent, manager }: ChurnSlot): string {
  if (manager) return `${role ?? 'process'} itself`;
  return `${role ?? 'workers'} of ${parentCommand ?? 'process'} ${parent}`;
}

/** `162 x status 1, 3 x status 0`. */
export function statusesText({ statuses }: ChurnSlot): string | null {
  if (statuses.length === 0) return null;
  const shown = statuses.slice(0, 3).map(({ status, count }) => `${count} x ${status}`);
  return statuses.length > shown.length ? `${shown.join(', ')}, ...` : shown.join(', ');
}

export const VERDICT_WORDS: Readonly<Record<SlotVerdict, string>> = {
  steady: 'steady',
  recycled: 'planned',
  brief: 'brief, no fault',
  failing: 'failing',
  'crash-loop': 'CRASH LOOP',
  'perhaps-recycled': 'perhaps planned',
  'perhaps-crash-loop': 'perhaps a loop',
};
