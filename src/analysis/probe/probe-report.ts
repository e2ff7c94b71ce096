import { emptyCoverage } from '../../model/coverage.ts';
import type { Finding, NoteSection, Report, SourceInfo, Verdict } from '../../model/report.ts';
import { leaksofLine } from '../next-command.ts';
import { withArms } from './arms.ts';
import type { ProbeBudget, ProbeData, ProbeProcess, ProbeUrl } from './probe-data.ts';
import type { UrlRun } from './probe-run.ts';
import { probeSections } from './probe-sections.ts';
import { groupLabel, leakSentence, perRequestText } from './probe-text.ts';
import { urlVerdict } from './url-verdict.ts';

export interface ProbeReportOptions {
  /** Budget in descriptors per request; null = any leak is one too many. */
  readonly maxPerRequest: number | null;
  readonly source: SourceInfo;
}

const ORDER = ['leak', 'inconclusive', 'clean'] as const;
/** Share of the most growth from which on two processes grew alike. */
const ALIKE = 0.9;
const NOTHING = { estimate: 0, low: 0, high: 0 };

/** What a probe found out, the URL that loses most first. */
export function probeReport(runs: readonly UrlRun[], { maxPerRequest, source }: ProbeReportOptions): Report<ProbeData> {
  const urls = withArms(runs.map(urlVerdict)).sort(byLoss);
  const [worst] = urls;
  const budget = maxPerRequest === null ? null : judgeRate(maxPerRequest, urls);
  const data: ProbeData = {
    requests: worst?.requests ?? { sent: 0, ok: 0, failed: 0 },
    perRequest: worst?.perRequest ?? NOTHING,
    detectable: worst?.detectable ?? null,
    bounds: worst?.bounds ?? { requests: 0, seconds: 0, levels: [] },
    urls,
    groups: worst?.groups ?? [],
    processes: worst?.processes ?? [],
    budget,
  };
  const findings = urls.flatMap((url) => findingsOf(url, source));
  return {
    command: 'probe',
    source,
    data,
    sections: [...probeSections(data), ...nextLines(findings)],
    findings,
    findingsTold: true,
    coverage: coverageOf(runs),
    verdict: budget?.verdict ?? verdictOf(urls),
  };
}

/** What to type next about the worst leak. */
function nextLines(findings: readonly Finding[]): NoteSection[] {
  const [line] = findings[0]?.next ?? [];
  return line === undefined ? [] : [{ kind: 'note', tone: 'command', text: `next: ${line}` }];
}

function byLoss(one: ProbeUrl, other: ProbeUrl): number {
  return (
    ORDER.indexOf(one.verdict) - ORDER.indexOf(other.verdict) || other.perRequest.estimate - one.perRequest.estimate
  );
}

function verdictOf(urls: readonly ProbeUrl[]): Verdict {
  if (urls.some(({ verdict }) => verdict === 'leak')) return 'leak';
  return urls.length === 0 || urls.some(({ verdict }) => verdict === 'inconclusive') ? 'inconclusive' : 'clean';
}

function judgeRate(limit: number, urls: readonly ProbeUrl[]): ProbeBudget {
  const measured = urls.filter(({ requests }) => requests.ok > 0);
  const lost = measured.map(({ verdict, perRequest }) => (verdict === 'leak' ? perRequest.estimate : 0));
  const value = lost.length === 0 ? null : Math.max(...lost);
  if (value !== null && value > limit) return { limit, value, verdict: 'fail' };
  const sure = urls.length > 0 && urls.every(({ verdict }) => verdict !== 'inconclusive');
  return { limit, value, verdict: sure ? 'pass' : 'inconclusive' };
}

function findingsOf(url: ProbeUrl, source: SourceInfo): Finding[] {
  return url.groups
    .filter(({ verdict }) => verdict === 'leak')
    .map((group) => {
      const holder = mostGrown(url.processes);
      const pid = holder?.pid ?? null;
      return {
        rule: 'leak',
        severity: 'critical',
        pid,
        startTime: holder?.startTime ?? null,
        target: group.pattern,
        message: `${url.method} ${url.url} loses ${perRequestText(group.perRequest)}: ${groupLabel(group)}; ${leakSentence(group, url)}.`,
        evidence: {
          url: url.url,
          perRequest: group.perRequest.estimate,
          low: group.perRequest.low,
          high: group.perRequest.high,
          requests: url.requests.ok,
          kept: group.kept,
          seconds: url.bounds.seconds,
        },
        next:
          pid === null
            ? []
            : [leaksofLine(source, 'names', '--exact', '--pid', String(pid)), leaksofLine(source, 'show', String(pid))],
      };
    });
}

/**
 * Who grew most. Of servers that the service asks and that grew about alike, as the two that hold both ends of lost connections
 * do, the one that fails first.
 */
function mostGrown(processes: readonly ProbeProcess[]): ProbeProcess | null {
  const growth = ({ before, after }: ProbeProcess): number => (before === null || after === null ? -1 : after - before);
  const left = ({ requestsToExhaustion }: ProbeProcess): number => requestsToExhaustion ?? Number.POSITIVE_INFINITY;
  return processes.reduce<ProbeProcess | null>((first, other) => {
    if (first === null) return other;
    const alike = growth(other) >= ALIKE * growth(first) && growth(first) >= ALIKE * growth(other);
    const asked = first.role === 'upstream' && other.role === 'upstream';
    if (asked && alike) return left(other) < left(first) ? other : first;
    return growth(other) > growth(first) ? other : first;
  }, null);
}

function coverageOf(runs: readonly UrlRun[]): Report['coverage'] {
  const lives = runs.flatMap((run) => run.lives);
  const refused = Math.max(0, ...runs.map((run) => run.refused));
  const counted = lives.filter(({ before }) => before !== null).length;
  const seen = Math.max(lives.length, counted + refused);
  return {
    ...emptyCoverage(),
    complete: refused === 0 && runs.every(({ inconclusive }) => inconclusive === null),
    processes: { seen, counted, listed: Math.max(0, counted - refused), refused, vanished: 0 },
  };
}
