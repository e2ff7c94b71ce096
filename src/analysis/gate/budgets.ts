import type { GateBudget, GateUrl } from './gate-data.ts';

export interface Budgets {
  /** Descriptors per request of each URL; null = any leak is one too many. */
  readonly maxPerRequest: number | null;
  /** Descriptors that all URLs together may leave open; null = not asked. */
  readonly maxGrowth: number | null;
}

/** Share of the answers with an error status from which on nothing was learnt about the URL. */
const MOSTLY = 0.5;

/** Ends of a load that was cut off: what was seen until then is no reason to pass. */
const UNFINISHED: readonly string[] = ['interrupted', 'failing', 'gone'];

/** Whether a URL mostly answered with an error: a gate on a misspelt path would pass for ever. */
function mostlyErrors({ answers }: Pick<GateUrl, 'answers'>): boolean {
  const all = Object.values(answers).reduce((sum, count) => sum + count, 0);
  const errors = Object.entries(answers).reduce((sum, [status, count]) => sum + (Number(status) >= 400 ? count : 0), 0);
  return errors > 0 && errors >= MOSTLY * all;
}

/** Whether one URL passes: a leak that is seen fails, unless it is within the budget for it. */
export function judgeUrl(url: GateUrl, { maxPerRequest }: Budgets): 'pass' | 'fail' | 'inconclusive' {
  const { verdict, perRequest } = url.remaining;
  if (verdict === 'inconclusive') return 'inconclusive';
  const limit = maxPerRequest ?? 0;
  if (verdict === 'leak' && perRequest > limit) return 'fail';
  if (mostlyErrors(url) || UNFINISHED.includes(url.stopped)) return 'inconclusive';
  // What is undecided beside a leak within the budget may be what exceeds it.
  const open = url.groups.filter((group) => group.verdict === 'undecided' && group.excuse === null);
  const more = open.reduce((sum, group) => sum + Math.max(0, group.perRequest.estimate), 0);
  return perRequest + more > limit && open.length > 0 ? 'inconclusive' : 'pass';
}

/** The budgets that were asked for. One that is kept so far is no pass while a URL could not be measured. */
export function judgeBudgets(urls: readonly GateUrl[], { maxPerRequest, maxGrowth }: Budgets): GateBudget[] {
  const measured = urls.filter(({ requests }) => requests.ok > 0);
  const all = measured.length === urls.length && urls.length > 0;
  const judged: GateBudget[] = [];
  if (maxPerRequest !== null) {
    const value = measured.length === 0 ? null : Math.max(...measured.map(({ remaining }) => remaining.perRequest));
    const sure = all && urls.every((url) => judgeUrl(url, { maxPerRequest, maxGrowth }) === 'pass');
    judged.push({ name: 'max-per-request', limit: maxPerRequest, ...verdictOf(value, maxPerRequest, sure) });
  }
  if (maxGrowth !== null) {
    const value = measured.length === 0 ? null : measured.reduce((sum, { remaining }) => sum + remaining.growth, 0);
    judged.push({ name: 'max-growth', limit: maxGrowth, ...verdictOf(value, maxGrowth, all) });
  }
  return judged;
}

function verdictOf(value: number | null, limit: number, sure: boolean): Pick<GateBudget, 'value' | 'verdict'> {
  if (value !== null && value > limit) return { value, verdict: 'fail' };
  return { value, verdict: value !== null && sure ? 'pass' : 'inconclusive' };
}
