import type { Severity } from '../../model/report.ts';
import type { AlarmRule } from './alarm.ts';

/** What a budget's numbers count. */
type BudgetUnit = 'share' | 'descriptors' | 'exits' | 'bytes' | 'seconds';

interface BudgetKindFacts {
  readonly option: string;
  readonly side: AlarmRule['side'];
  readonly unit: BudgetUnit;
  /** Of its alerts: critical where something stops working soon. */
  readonly severity: Severity;
}

/** All budgets that there are. */
const KINDS = {
  /** Share of the soft limit that a process uses. */
  utilisation: { option: 'max-utilisation', side: 'most', unit: 'share', severity: 'critical' },
  /** Descriptors that a place gained inside its lives since the first sample. */
  growth: { option: 'max-growth', side: 'most', unit: 'descriptors', severity: 'warning' },
  /** Descriptors that a place gains in a time, where it grows for sure. */
  rate: { option: 'max-growth', side: 'most', unit: 'descriptors', severity: 'warning' },
  /** Exits of a manager and its workers in a time, planned ones left out. */
  exits: { option: 'max-exits', side: 'most', unit: 'exits', severity: 'critical' },
  /** Share of its capacity that the fullest pipe holds. */
  pipe: { option: 'max-pipe', side: 'most', unit: 'share', severity: 'critical' },
  /** Bytes on disk that deleted files of the watched processes hold. */
  deleted: { option: 'max-deleted', side: 'most', unit: 'bytes', severity: 'warning' },
  /** Time until a file system is full, of space or of inodes. */
  'disk-time': { option: 'min-disk', side: 'least', unit: 'seconds', severity: 'critical' },
  /** Share of a file system that is free, of space or of inodes. */
  'disk-share': { option: 'min-disk', side: 'least', unit: 'share', severity: 'critical' },
  /** Bytes of a file system that are free. */
  'disk-bytes': { option: 'min-disk', side: 'least', unit: 'bytes', severity: 'critical' },
} as const satisfies Readonly<Record<string, BudgetKindFacts>>;

export type BudgetKind = keyof typeof KINDS;

/** What is allowed. */
export interface GuardBudget {
  readonly kind: BudgetKind;
  readonly limit: number;
  /** Seconds in which `limit` may come about; null where it is no rate. */
  readonly per: number | null;
  /** Folder whose file system is meant; null where it is about none. */
  readonly folder: string | null;
}

/** How long values have to stand, for all budgets alike. */
export interface GuardTimes {
  readonly sustained: number;
  readonly cooldown: number;
}

export function factsOf({ kind }: Pick<GuardBudget, 'kind'>): BudgetKindFacts {
  return KINDS[kind];
}

/** Part of the limit by which a value has to be on its good side before an alert is over. */
const CLEARLY = 0.1;
/** Observations that may be missing before that is a gap, and parts of the sustained time that may. */
const MISSED = 3;
const PART = 4;

/** @param period seconds between two observations where all is well */
export function alarmRule(budget: GuardBudget, { sustained, cooldown }: GuardTimes, period: number): AlarmRule {
  const { side } = factsOf(budget);
  const { limit } = budget;
  return {
    side,
    limit,
    clear: clearOf(budget),
    sustained,
    cooldown,
    gap: Math.max(MISSED * period, sustained / PART),
  };
}

function clearOf({ kind, limit }: GuardBudget): number {
  const { side, unit } = KINDS[kind];
  if (side === 'most') return limit * (1 - CLEARLY);
  const clear = limit * (1 + CLEARLY);
  // No more than all of it can be free.
  return unit === 'share' ? Math.min(clear, (limit + 1) / 2) : clear;
}
