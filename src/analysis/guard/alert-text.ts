import { bytesText } from '../../model/bytes-text.ts';
import { percentText } from '../../model/percent.ts';
import { rateText } from '../../model/rate.ts';
import { spanText } from '../span-text.ts';
import { figure } from '../watch/text.ts';
import type { Alert, AlertReason, Observation } from './alert.ts';
import { factsOf, type GuardBudget } from './budget.ts';

/** A value or a limit, in the unit of its budget. */
export function amountText({ kind, per }: Pick<GuardBudget, 'kind' | 'per'>, value: number): string {
  const { unit } = factsOf({ kind });
  if (per !== null) return rateText({ count: Number(figure(value)), seconds: per });
  if (unit === 'share') return percentText(value);
  if (unit === 'bytes') return bytesText(Math.round(value));
  if (unit === 'seconds') return value === Number.POSITIVE_INFINITY ? 'never' : spanText(value);
  return figure(value);
}

/** The budget in words: `at most 90 % of the soft limit`. */
export function budgetWords(budget: GuardBudget): string {
  const { kind, limit, folder } = budget;
  const amount = amountText(budget, limit);
  switch (kind) {
    case 'utilisation':
      return `at most ${amount} of the soft limit`;
    case 'growth':
      return `at most ${amount} descriptors of growth`;
    case 'rate':
      return `at most ${amount} of growth`;
    case 'exits':
      return `at most ${amount} exits`;
    case 'pipe':
      return `at most ${amount} of a pipe`;
    case 'deleted':
      return `at most ${amount} in deleted files`;
    case 'disk-time':
      return `at least ${amount} until ${folder} is full`;
    case 'disk-share':
    case 'disk-bytes':
      return `at least ${amount} free in ${folder}`;
  }
}

/** What a target does, with its value: `uses 95 % of its soft limit`. */
function valueWords(budget: GuardBudget, value: number): string {
  const amount = amountText(budget, value);
  switch (budget.kind) {
    case 'utilisation':
      return `uses ${amount} of its soft limit`;
    case 'growth':
      return `has gained ${amount} descriptors`;
    case 'rate':
      return `gains ${inTime(budget, value)}`;
    case 'exits':
      return `comes to ${inTime(budget, value, ' exits')}`;
    case 'pipe':
      return `holds ${amount} of its capacity`;
    case 'deleted':
      return `hold ${amount}`;
    case 'disk-time':
      return value === Number.POSITIVE_INFINITY ? 'does not fill up' : `is full in ${amount} at this rate`;
    case 'disk-share':
    case 'disk-bytes':
      return `has ${amount} free`;
  }
}

/** `12 exits in 90 s`. */
function inTime({ per }: GuardBudget, value: number, what = ''): string {
  return `${figure(value)}${what} in ${spanText(per ?? 0)}`;
}

/** One sentence without its full stop. */
export function alertMessage(
  budget: GuardBudget,
  { target, value, detail = null }: Pick<Observation, 'target' | 'value' | 'detail'>,
  kind: Alert['kind'],
  reason: AlertReason,
  forSeconds: number,
): string {
  const lasting = forSeconds > 0 ? ` for ${spanText(forSeconds)}` : '';
  if (reason === 'gone') return `${target.name} is gone; the alert stood${lasting}`;
  const now = value === null ? '' : ` ${valueWords(budget, value)}${detail === null ? '' : ` (${detail})`}`;
  if (kind === 'clear') return `${target.name}${now} again; the alert stood${lasting}`;
  const { side } = factsOf(budget);
  const beyond = side === 'most' ? 'more than' : 'less than';
  return `${target.name}${now}, ${beyond} ${amountText(budget, budget.limit)}${lasting}`;
}
