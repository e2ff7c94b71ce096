import type { Check } from '../../model/report.ts';
import { counted } from '../finding/rule.ts';
import {
  figureText,
  grouped,
  groupLabel,
  leakSentence,
  perRequestText,
  REASON_TEXT,
  rateText,
  secondsText,
} from '../probe/probe-text.ts';
import { type Budgets, judgeUrl } from './budgets.ts';
import type { GateBudget, GateGroup, GateService, GateUrl } from './gate-data.ts';

/** Everything that was judged, the service first: without it nothing else means anything. */
export function checksOf(
  service: GateService,
  urls: readonly GateUrl[],
  judged: readonly GateBudget[],
  budgets: Budgets,
  allowInconclusive: boolean,
): Check[] {
  const checks = [...urls.map((url) => urlCheck(url, budgets)), ...judged.map((budget) => budgetCheck(budget, urls))];
  const told = checks.map((check) =>
    allowInconclusive && check.verdict === 'inconclusive' ? { ...check, verdict: 'skipped' as const } : check,
  );
  return [serviceCheck(service), ...told];
}

function serviceCheck(service: GateService): Check {
  const { state, seconds, died } = service;
  const ready = state === 'ready';
  return {
    name: 'the service starts and stays',
    kind: 'service',
    verdict: ready && !died ? 'pass' : 'inconclusive',
    message: serviceText(service),
    details: ready && !died ? [] : service.lastOutput.map((line) => `output: ${line}`),
    seconds,
  };
}

/** What became of the service, as a sentence. */
function serviceText(service: GateService): string {
  const { state, missing, seconds, died } = service;
  const time = secondsText(seconds);
  if (state === 'occupied') return `the service was not started: ${missing}`;
  if (state === 'ended') return `the service ended ${endText(service)} after ${time}, before it was ready: ${missing}`;
  if (state === 'late') return `the service was not ready within ${time}: ${missing}`;
  if (state === 'interrupted') return `interrupted after ${time}, before the service was ready: ${missing}`;
  if (died) return `the service was ready after ${time} and ended ${endText(service)} while it was probed`;
  return `the service was ready after ${time}`;
}

function endText({ exitCode, exitSignal }: GateService): string {
  if (exitSignal !== null) return `by ${exitSignal}`;
  return exitCode === null ? 'by itself' : `with code ${exitCode}`;
}

function urlCheck(url: GateUrl, budgets: Budgets): Check {
  const verdict = judgeUrl(url, budgets);
  return {
    name: `${url.method} ${url.url}${url.keepAlive ? ' (kept connections)' : ''}`,
    kind: 'url',
    verdict,
    message: urlText(url, verdict),
    // What cannot be told is told by the first note already.
    details: verdict === 'pass' ? [] : [...detailsOf(url), ...url.notes.slice(verdict === 'inconclusive' ? 1 : 0)],
    seconds: url.bounds.seconds,
  };
}

/** Red: its bounds. Green: what it could have seen. */
function urlText(url: GateUrl, verdict: Check['verdict']): string {
  const leaks = url.groups.filter((group) => group.verdict === 'leak');
  const fresh = leaks.filter(({ excuse }) => excuse === null);
  const [worst] = fresh;
  if (worst !== undefined && verdict !== 'inconclusive') {
    const more = fresh.length > 1 ? ` (and ${fresh.length - 1} more)` : '';
    const kept = `${leakSentence(worst, url)}: ${groupLabel(worst)}${more}`;
    return verdict === 'fail' ? kept : `within the budget: ${kept}`;
  }
  if (verdict === 'inconclusive') {
    const [why] = url.notes;
    return `${figureText(url)}${why === undefined ? '' : `: ${why}`}`;
  }
  const { ok } = url.requests;
  const bound =
    url.detectable === null
      ? ''
      : `nothing${leaks.length > 0 ? ' else' : ''} above ${rateText(url.detectable)} per request in ${grouped(ok)} requests`;
  return leaks.length > 0 ? `${counted(leaks.length, 'leak')} let pass; ${bound}` : bound;
}

function detailsOf(url: GateUrl): string[] {
  return url.groups
    .filter(({ verdict }) => verdict === 'leak' || verdict === 'undecided')
    .map(
      (group) => `${group.verdict}: ${groupLabel(group)}: ${perRequestText(group.perRequest)}; ${whyText(group, url)}`,
    );
}

function whyText(group: GateGroup, url: GateUrl): string {
  if (group.excuse === 'allowed') return 'on the allow-list';
  if (group.excuse === 'known') return 'in the baseline';
  return group.verdict === 'leak' ? leakSentence(group, url) : REASON_TEXT[group.reason];
}

function budgetCheck({ name, limit, value, verdict }: GateBudget, urls: readonly GateUrl[]): Check {
  const unit = name === 'max-growth' ? 'descriptors kept in all' : 'descriptors per request';
  const figure = value === null ? 'nothing could be measured' : `${rateText(value)} ${unit}`;
  const unsure = urls.length === 0 ? 'no URL was probed' : 'not every URL could be judged';
  return {
    name: `--${name} ${limit}`,
    kind: 'budget',
    verdict,
    message: verdict === 'inconclusive' && value !== null ? `${figure}, and ${unsure}` : `${figure}, ${limit} allowed`,
    details: [],
    seconds: null,
  };
}
