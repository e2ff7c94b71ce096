import { percentText } from '../../model/percent.ts';
import type { NoteSection, Section, SeriesSection, TableSection } from '../../model/report.ts';
import { figure, label, named, note, tableOf } from '../section.ts';
import type { ProbeBudget, ProbeData, ProbeGroup, ProbeProcess, ProbeUrl } from './probe-data.ts';
import { boundsText, figureText, grouped, groupLabel, perRequestText, REASON_TEXT } from './probe-text.ts';

/** Groups beside the leaks that are shown of one URL. */
const OTHERS = 6;
const WORDS = { leak: 'LEAK', clean: 'clean', inconclusive: 'cannot tell' } as const;

/** The report of a probe for people: a line for each URL, what moved beside, how it went, who served. */
export function probeSections(data: ProbeData): Section[] {
  const labels = labelsOf(data.urls);
  return [
    urlTable(data.urls, labels),
    ...otherTable(data.urls, labels),
    // A level line says no more than the word clean.
    ...data.urls.filter(isUneven).map((url) => plot(url, labels)),
    ...processTable(data),
    ...notes(data, labels),
  ];
}

type Labels = ReadonlyMap<ProbeUrl, string>;

function labelOf(url: ProbeUrl, labels: Labels): string {
  return labels.get(url) ?? url.url;
}

/** Several URLs of one service are told apart by their paths; of several services by all of it. */
function labelsOf(urls: readonly ProbeUrl[]): Labels {
  const parsed = urls.map(({ url }) => (/^https?:/.test(url) && URL.canParse(url) ? new URL(url) : null));
  const origin = parsed[0]?.origin;
  const same = parsed.every((url) => url !== null && url.origin === origin);
  const methods = new Set(urls.map(({ method }) => method));
  return new Map(
    urls.map((url, index) => {
      const at = parsed[index];
      const path = same && at ? `${at.pathname}${at.search}` : url.url;
      const named = methods.size > 1 || url.method !== 'GET' ? `${url.method} ${path}` : path;
      return [url, url.keepAlive ? `${named} (kept connections)` : named];
    }),
  );
}

/** A line of the answer: a URL, or one more leak of the same. */
interface Line {
  readonly url: ProbeUrl;
  readonly leak: ProbeGroup | null;
  readonly first: boolean;
}

function urlTable(urls: readonly ProbeUrl[], labels: Labels): TableSection {
  const lines = urls.flatMap((url): Line[] => {
    const leaks = url.groups.filter(({ verdict }) => verdict === 'leak');
    if (leaks.length === 0) return [{ url, leak: null, first: true }];
    return leaks.map((leak, index) => ({ url, leak, first: index === 0 }));
  });
  const columns = [
    label<Line>('URL', ({ url, first }) => (first ? labelOf(url, labels) : null)),
    label<Line>('verdict', ({ url, first }) => (first ? WORDS[url.verdict] : null)),
    label<Line>('descriptors', ({ url, leak }) => (leak === null ? figureText(url) : perRequestText(leak.perRequest))),
    named<Line>('target', ({ leak }) => leak && groupLabel(leak)),
    named<Line>('kept', ({ url, leak }) => leak && boundsText(leak, url)),
    named<Line>('stopped', ({ url, leak, first }) => (leak !== null && first ? stoppedAt(url) : null)),
  ];
  return tableOf(lines, columns, { untitled: true });
}

/** How near the limit the probe went. */
function stoppedAt({ stopped, processes }: ProbeUrl): string | null {
  if (stopped !== 'headroom' && stopped !== 'limit') return null;
  const shares = processes.flatMap(({ after, softLimit }) =>
    after === null || softLimit === null || softLimit === 0 ? [] : [after / softLimit],
  );
  return shares.length === 0 ? null : `stopped at ${percentText(Math.max(...shares))} of the limit`;
}

function otherTable(urls: readonly ProbeUrl[], labels: Labels): TableSection[] {
  const others = urls.flatMap((url) => url.groups.filter(isNews).map((group) => ({ url, group })));
  if (others.length === 0) return [];
  const columns = [
    label<Other>('URL', ({ url }) => (urls.length > 1 ? labelOf(url, labels) : null)),
    label<Other>('verdict', ({ group }) => group.verdict),
    label<Other>('descriptors', ({ group }) => `${group.before} -> ${group.after}`),
    named<Other>('target', ({ group }) => groupLabel(group)),
    label<Other>('why', ({ group }) => REASON_TEXT[group.reason]),
  ];
  return [tableOf(others, columns, { title: 'what else moved', top: OTHERS * urls.length, untitled: true })];
}

/** A group that is no leak, and its URL. */
interface Other {
  readonly url: ProbeUrl;
  readonly group: ProbeGroup;
}

function isNews({ verdict, before, after }: ProbeGroup): boolean {
  return verdict !== 'leak' && (verdict !== 'noise' || before !== after);
}

function isUneven({ course }: ProbeUrl): boolean {
  return course.some(({ descriptors }) => descriptors !== course[0]?.descriptors);
}

function plot(url: ProbeUrl, labels: Labels): SeriesSection {
  return {
    kind: 'series',
    title: `descriptors by requests, ${labelOf(url, labels)}`,
    x: { title: 'requests', values: url.course.map(({ requests }) => requests) },
    y: { title: 'descriptors', values: url.course.map(({ descriptors }) => descriptors) },
  };
}

/** Who served, folded away where a document can. */
function processTable({ urls }: ProbeData): TableSection[] {
  const processes = urls[0]?.processes ?? [];
  if (processes.length === 0) return [];
  const columns = [
    figure<ProbeProcess>('pid', ({ pid }) => pid),
    label<ProbeProcess>('command', ({ command }) => command),
    label<ProbeProcess>('role', ({ role }) => role),
    figure<ProbeProcess>('before', ({ before }) => before),
    figure<ProbeProcess>('after', ({ after }) => after),
    figure<ProbeProcess>('limit', ({ softLimit }) => softLimit),
    figure<ProbeProcess>('requests left', ({ requestsToExhaustion }) => requestsToExhaustion),
  ];
  return [tableOf(processes, columns, { title: 'processes', folded: true })];
}

function notes({ urls, budget }: ProbeData, labels: Labels): NoteSection[] {
  const said: NoteSection[] = [];
  const [worst] = urls;
  if (worst === undefined) return said;
  const serving = worst.processes.filter(({ role, after }) => role !== 'upstream' && after !== null);
  if (serving.length > 0) said.push(note('plain', servedBy(serving, worst)));
  for (const url of urls) {
    for (const text of url.notes) {
      const whose = urls.length > 1 ? `${labelOf(url, labels)}: ` : '';
      said.push(note(url.verdict === 'inconclusive' ? 'warning' : 'plain', `${whose}${text}`));
    }
  }
  if (budget !== null) said.push(note(budget.verdict === 'pass' ? 'plain' : 'warning', budgetText(budget)));
  return said;
}

function servedBy(processes: readonly ProbeProcess[], { processes: all }: ProbeUrl): string {
  const first = processes.find(({ role }) => role === 'serving') ?? processes[0];
  const others = processes.length - 1;
  const who = `served by ${first.command} ${first.pid}${others > 0 ? ` and ${others} more` : ''}`;
  let [next, left]: [ProbeProcess | null, number] = [null, Number.POSITIVE_INFINITY];
  for (const process of all) {
    if (process.requestsToExhaustion === null || process.requestsToExhaustion >= left) continue;
    [next, left] = [process, process.requestsToExhaustion];
  }
  if (next === null) return who;
  // Behind a proxy it is not the one that answers.
  const where = next === first ? '' : ` in ${next.command} ${next.pid}`;
  return `${who} · too many open files${where} after about ${grouped(left)} more requests`;
}

function budgetText({ limit, value, verdict }: ProbeBudget): string {
  const measured = value === null ? 'nothing could be measured' : `${value.toFixed(3)} measured`;
  return `budget: at most ${limit} per request; ${measured}: ${verdict}`;
}
