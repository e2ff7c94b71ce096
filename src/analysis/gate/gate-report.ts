import type { Check, Finding, NoteSection, Report, Section, SourceInfo, Verdict } from '../../model/report.ts';
import { probeReport } from '../probe/probe-report.ts';
import type { UrlRun } from '../probe/probe-run.ts';
import { groupLabel, perRequestText } from '../probe/probe-text.ts';
import { type Budgets, judgeBudgets } from './budgets.ts';
import { checksOf } from './checks.ts';
import type { GateData, GateGroup, GateService, GateUrl } from './gate-data.ts';
import { gateUrl, type Leniency } from './gate-url.ts';

export interface GateOptions extends Budgets, Leniency {
  /** Checks that could not tell count as skipped. */
  readonly allowInconclusive: boolean;
  /** Name of the baseline's file; null without one. */
  readonly baselineFile: string | null;
  readonly source: SourceInfo;
}

/** What a gate found out about a service that was started for it, and probed where it was ready. */
export function gateReport(runs: readonly UrlRun[], service: GateService, options: GateOptions): Report<GateData> {
  const probed = probeReport(runs, { maxPerRequest: null, source: options.source });
  const urls = runs.map((run) => gateUrl(run, options)).sort(byLoss);
  const budgets = judgeBudgets(urls, options);
  const checks = checksOf(service, urls, budgets, options, options.allowInconclusive);
  const [worst] = urls;
  const data: GateData = {
    requests: worst?.requests ?? probed.data.requests,
    perRequest: worst?.perRequest ?? probed.data.perRequest,
    detectable: worst?.detectable ?? null,
    bounds: worst?.bounds ?? probed.data.bounds,
    urls,
    groups: worst?.groups ?? [],
    processes: worst?.processes ?? [],
    checks,
    budgets,
    service,
    baseline: options.baselineFile,
  };
  return {
    command: 'gate',
    source: options.source,
    data,
    sections: [
      ...(runs.length > 0 ? probed.sections.filter((section) => isLasting(section, urls)) : []),
      ...excuseNotes(urls),
      ...serviceNotes(service),
    ],
    findings: [...leakFindings(probed.findings, urls), ...serviceFindings(service)],
    findingsTold: true,
    coverage: probed.coverage,
    checks,
    verdict: verdictOf(checks),
  };
}

/** Most lost beside what is excused first, then what could not be told. */
function byLoss(one: GateUrl, other: GateUrl): number {
  const order = ['leak', 'inconclusive', 'clean'] as const;
  return (
    order.indexOf(one.remaining.verdict) - order.indexOf(other.remaining.verdict) ||
    other.remaining.perRequest - one.remaining.perRequest ||
    other.perRequest.estimate - one.perRequest.estimate
  );
}

/** The service is gone when this is read: lines about its processes would lead nowhere. Why nothing was measured stands in the checks. */
function isLasting(section: Section, urls: readonly GateUrl[]): boolean {
  if (section.kind !== 'note') return true;
  const told = urls.filter(({ requests }) => requests.ok === 0).flatMap(({ notes }) => notes);
  return section.tone !== 'command' && !told.some((note) => section.text.endsWith(note));
}

/** Only of a service that ran all URLs can be said that it passed. */
function verdictOf(checks: readonly Check[]): Verdict {
  if (checks.some(({ verdict }) => verdict === 'fail')) return 'fail';
  const told = checks.every(({ verdict }) => verdict === 'pass') && checks.some(({ kind }) => kind === 'url');
  return told ? 'pass' : 'inconclusive';
}

function leakFindings(findings: readonly Finding[], urls: readonly GateUrl[]): Finding[] {
  const excused = new Set(
    urls.flatMap((url) =>
      url.groups.filter(({ excuse }) => excuse !== null).map((group) => `${url.url}\0${group.pattern}`),
    ),
  );
  return findings
    .filter(({ target, evidence }) => !excused.has(`${evidence.url}\0${target}`))
    .map((finding) => ({ ...finding, next: [`leaksof probe ${String(finding.evidence.url)}`] }));
}

function excuseNotes(urls: readonly GateUrl[]): NoteSection[] {
  return urls.flatMap((url) =>
    url.groups.flatMap((group): NoteSection[] => {
      if (group.excuse === null) return [];
      return [{ kind: 'note', tone: 'plain', text: `let pass: ${url.method} ${url.url}: ${excuseText(group)}` }];
    }),
  );
}

function excuseText(group: GateGroup): string {
  const why = group.excuse === 'allowed' ? 'allowed (--allow)' : 'known (--baseline)';
  return `${perRequestText(group.perRequest)} on ${groupLabel(group)}, ${why}`;
}

function serviceNotes(service: GateService): NoteSection[] {
  return serviceFindings(service).map(({ message }) => ({ kind: 'note', tone: 'warning', text: message }));
}

/** What a service did that its owner should know, though it is no leak. */
function serviceFindings(service: GateService): Finding[] {
  const found: Finding[] = [];
  const add = (rule: string, severity: Finding['severity'], message: string, who: GateService['killed']): void => {
    found.push({
      rule,
      severity,
      pid: who[0]?.pid ?? null,
      startTime: null,
      target: null,
      message,
      evidence: { pids: who.map(({ pid }) => pid) },
      next: [],
    });
  };
  const { killed, strays, left } = service;
  if (killed.length > 0)
    add('service-killed', 'warning', `${names(killed)} did not stop when asked and had to be killed.`, killed);
  if (strays.length > 0)
    add(
      'service-strays',
      'info',
      `${names(strays)} had left the process group of the service and was ended with it.`,
      strays,
    );
  if (left.length > 0) add('service-left', 'critical', `${names(left)} could not be ended and still runs.`, left);
  return found;
}

function names(who: GateService['killed']): string {
  const shown = who.slice(0, 5).map(({ pid, command }) => `${command} ${pid}`);
  return `${shown.join(', ')}${who.length > 5 ? ` and ${who.length - 5} more` : ''}`;
}
