import { percentText } from '../../model/percent.ts';
import type { NoteSection, Section, SeriesSection, TableSection } from '../../model/report.ts';
import type { ProbeBudget, ProbeData, ProbeProcess, ProbeUrl } from './probe-data.ts';
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

/** Several URLs of one service are told apart by their paths; of several services by all of it. */
function labelsOf(urls: readonly ProbeUrl[]): Labels {
  const parsed = urls.map(({ url }) => (URL.canParse(url) ? new URL(url) : null));
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

function urlTable(urls: readonly ProbeUrl[], labels: Labels): TableSection {
  const rows = urls.flatMap((url) => {
    const label = labels.get(url) ?? url.url;
    const leaks = url.groups.filter(({ verdict }) => verdict === 'leak');
    if (leaks.length === 0) return [[label, WORDS[url.verdict], figureText(url), null, null, null]];
    return leaks.map((group, index) => [
      index === 0 ? label : '',
      index === 0 ? WORDS.leak : '',
      perRequestText(group.perRequest),
      groupLabel(group),
      boundsText(group, url),
      index === 0 ? stoppedAt(url) : null,
    ]);
  });
  return {
    kind: 'table',
    title: null,
    columns: [
      { title: '', kind: 'text' },
      { title: '', kind: 'text' },
      { title: '', kind: 'text' },
      { title: '', kind: 'name' },
      { title: '', kind: 'name' },
      { title: '', kind: 'name' },
    ],
    rows,
    more: 0,
  };
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
  const found = urls.flatMap((url) => {
    const others = url.groups.filter(
      ({ verdict, before, after }) => verdict !== 'leak' && (verdict !== 'noise' || before !== after),
    );
    return others.map((group) => ({ url, group }));
  });
  if (found.length === 0) return [];
  return [
    {
      kind: 'table',
      title: 'what else moved',
      columns: [
        { title: '', kind: 'text' },
        { title: '', kind: 'text' },
        { title: '', kind: 'text' },
        { title: '', kind: 'name' },
        { title: '', kind: 'text' },
      ],
      rows: found
        .slice(0, OTHERS * urls.length)
        .map(({ url, group }) => [
          urls.length > 1 ? (labels.get(url) ?? url.url) : null,
          group.verdict,
          `${group.before} -> ${group.after}`,
          groupLabel(group),
          REASON_TEXT[group.reason],
        ]),
      more: Math.max(0, found.length - OTHERS * urls.length),
    },
  ];
}

function isUneven({ course }: ProbeUrl): boolean {
  return course.some(({ descriptors }) => descriptors !== course[0]?.descriptors);
}

function plot(url: ProbeUrl, labels: Labels): SeriesSection {
  return {
    kind: 'series',
    title: `descriptors by requests, ${labels.get(url) ?? url.url}`,
    x: { title: 'requests', values: url.course.map(({ requests }) => requests) },
    y: { title: 'descriptors', values: url.course.map(({ descriptors }) => descriptors) },
  };
}

/** Who served, folded away where a document can. */
function processTable({ urls }: ProbeData): TableSection[] {
  const processes = urls[0]?.processes ?? [];
  if (processes.length === 0) return [];
  return [
    {
      kind: 'table',
      title: 'processes',
      columns: [
        { title: 'pid', kind: 'number' },
        { title: 'command', kind: 'text' },
        { title: 'role', kind: 'text' },
        { title: 'before', kind: 'number' },
        { title: 'after', kind: 'number' },
        { title: 'limit', kind: 'number' },
        { title: 'requests left', kind: 'number' },
      ],
      rows: processes.map(({ pid, command, role, before, after, softLimit, requestsToExhaustion }) => [
        pid,
        command,
        role,
        before,
        after,
        softLimit,
        requestsToExhaustion,
      ]),
      more: 0,
      folded: true,
    },
  ];
}

function notes({ urls, budget }: ProbeData, labels: Labels): NoteSection[] {
  const said: NoteSection[] = [];
  const [worst] = urls;
  if (worst === undefined) return said;
  const serving = worst.processes.filter(({ role, after }) => role !== 'upstream' && after !== null);
  if (serving.length > 0) said.push({ kind: 'note', tone: 'plain', text: servedBy(serving, worst) });
  for (const url of urls) {
    for (const text of url.notes) {
      const label = urls.length > 1 ? `${labels.get(url) ?? url.url}: ` : '';
      said.push({ kind: 'note', tone: url.verdict === 'inconclusive' ? 'warning' : 'plain', text: `${label}${text}` });
    }
  }
  if (budget !== null)
    said.push({ kind: 'note', tone: budget.verdict === 'pass' ? 'plain' : 'warning', text: budgetText(budget) });
  return said;
}

function servedBy(processes: readonly ProbeProcess[], { processes: all }: ProbeUrl): string {
  const first = processes.find(({ role }) => role === 'serving') ?? processes[0];
  const others = processes.length - 1;
  const who = `served by ${first.command} ${first.pid}${others > 0 ? ` and ${others} more` : ''}`;
  const left = all.flatMap(({ requestsToExhaustion }) => (requestsToExhaustion === null ? [] : [requestsToExhaustion]));
  if (left.length === 0) return who;
  return `${who} · too many open files after about ${grouped(Math.min(...left))} more requests`;
}

function budgetText({ limit, value, verdict }: ProbeBudget): string {
  const measured = value === null ? 'nothing could be measured' : `${value.toFixed(3)} measured`;
  return `budget: at most ${limit} per request; ${measured}: ${verdict}`;
}
