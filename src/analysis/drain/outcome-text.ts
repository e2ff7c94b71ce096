import type { DrainData, DrainProcess } from './drain-data.ts';
import type { Outcome } from './outcome.ts';

const WORDS: Readonly<Record<Outcome, string>> = {
  drained: 'drained',
  'cut-off': 'cut off',
  'died-at-once': 'died at once',
  ignored: 'ignored the signal',
  'killed-at-grace': 'killed at the grace limit',
  killed: 'killed',
  unfinished: 'still there at the grace limit',
  unknown: 'could not be told',
};

/** What became of one process, in a few words. */
export function outcomeText({ outcome, ended, role }: DrainProcess): string | null {
  // The signal went to its ancestor alone.
  if (outcome === 'ignored' && role === 'descendant') return 'went on as before';
  if (outcome !== null) return WORDS[outcome];
  return ended === null ? null : 'ended';
}

/** The whole shutdown in a sentence. */
export function summaryText({ outcome, processes, followed, grace }: DrainData): string {
  if (outcome === null || followed === null) return '';
  const asked = processes.filter((process) => process.outcome !== null);
  const ended = asked.filter((process) => process.ended !== null);
  const last = Math.max(0, ...ended.map((process) => process.ended?.seconds ?? 0));
  const how =
    ended.length === asked.length
      ? `all gone after ${seconds(last)}`
      : `${asked.length - ended.length} of ${asked.length} left`;
  return `${WORDS[outcome]}: ${how}, grace ${seconds(grace)}`;
}

/** `4.29 s` */
export function seconds(value: number): string {
  return `${value < 10 ? value.toFixed(2) : value.toFixed(1)} s`;
}
