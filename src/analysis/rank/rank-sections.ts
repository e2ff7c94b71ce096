import { percentText } from '../../model/percent.ts';
import type { Finding, NoteSection, Section, SourceInfo, TableSection } from '../../model/report.ts';
import type { Budget } from '../budget.ts';
import { FINDING_RULES } from '../finding/registry.ts';
import { labelOf } from '../finding/rule.ts';
import type { Grouping, ProcessGroup } from '../group.ts';
import { prlimitLine, raisedLimit, showLine } from '../next-command.ts';
import {
  commandText,
  isZombie,
  type ProcessSummary,
  processName,
  type TopTarget,
  targetLabel,
} from '../process/process-summary.ts';
import { amount, type Column, figure, label, named, note, share, tableOf } from '../section.ts';
import { isLowered } from './rank-order.ts';

export interface RankShown {
  readonly summaries: readonly ProcessSummary[];
  readonly groups: readonly ProcessGroup[] | null;
  readonly by: Grouping;
  /** Lines of the table; null = as many as say something. */
  readonly top: number | null;
  readonly findings: readonly Finding[];
  readonly budget: Budget | null;
  readonly partial: boolean;
  readonly source: SourceInfo;
}

/** Lines without `top`, and how many of them calm processes may have at most. */
const LINES = 20;
const CALM_LINES = 5;
/** Below this share of its limit a process of which nothing was found is calm. */
const CALM = 0.2;

const RULES = new Map(FINDING_RULES.map((rule) => [rule.name, rule]));

/** How the limit stands and what is held, the columns that processes and groups share. */
function standing(findings: readonly Finding[]): Column<ProcessSummary>[] {
  return [
    // A limit lowered afterwards makes no bar: 700 % of a sandbox is not full.
    { title: 'used', kind: 'bar', cell: utilisationShown },
    amount('open/limit', openText),
    share('%', utilisationShown),
    amount('left', ({ headroom }) => (headroom === null || !Number.isFinite(headroom) ? null : `${headroom} left`)),
    named('holds most', ({ topTarget }) => (topTarget === null ? null : heldText(topTarget))),
    label('looks like', (summary) => looksLike(summary, findings)),
  ];
}

/** The design's ten-second picture: the ranking, then what to know, then what to type. */
export function rankSections(shown: RankShown): Section[] {
  const table = shown.groups ? groupTable(shown.groups, shown) : processTable(shown);
  return [table, ...notes(shown)];
}

/** Zombies hold nothing; that they are there is a finding, not a rank. */
function ranked(summaries: readonly ProcessSummary[]): ProcessSummary[] {
  return summaries.filter(({ fact }) => !isZombie(fact));
}

/** Without being asked, calm processes get a few lines to show that they are calm: they must not push the others off the screen. */
function lineCount(rows: readonly ProcessSummary[], { top, findings }: RankShown): number {
  if (top !== null) return top;
  const troubled = new Set(findings.flatMap(({ pid, severity }) => (severity === 'info' ? [] : [pid])));
  const isCalm = ({ pid, utilisation }: ProcessSummary) =>
    utilisation !== null && utilisation < CALM && !troubled.has(pid);
  return Math.min(LINES, Math.max(CALM_LINES, rows.findLastIndex((row) => !isCalm(row)) + 1));
}

function processTable(shown: RankShown): TableSection {
  const rows = ranked(shown.summaries);
  return tableOf(
    rows,
    [
      figure('pid', ({ pid }) => pid),
      label('command', ({ command }) => labelText(command)),
      label('user', ({ user }) => user),
      ...standing(shown.findings),
    ],
    { top: lineCount(rows, shown) },
  );
}

function labelText(command: string | null): string | null {
  return command === null ? null : commandText(command);
}

function groupTable(groups: readonly ProcessGroup[], { by, findings, top }: RankShown): TableSection {
  // No bar: beside three more numbers it would leave no room for the label.
  const [, ...columns] = standing(findings);
  return tableOf(
    groups,
    [
      label(by, ({ key }) => keyText(key, by)),
      figure('processes', ({ members }) => members.length),
      figure('fds', ({ descriptors }) => descriptors),
      figure('worst', ({ worst }) => worst.pid),
      ...columns.map((column): Column<ProcessGroup> => ({ ...column, cell: ({ worst }) => column.cell(worst) })),
    ],
    { top: top ?? LINES },
  );
}

/** A container is known by the first 12 digits of its id, as docker ps prints it. */
function keyText(key: string | null, by: Grouping): string {
  if (key === null) return `(no ${by})`;
  if (by === 'command' || by === 'tree') return commandText(key);
  return by === 'container' && /^[0-9a-f]{64}$/.test(key) ? key.slice(0, 12) : key;
}

function utilisationShown(summary: ProcessSummary): number | null {
  return isLowered(summary) ? null : summary.utilisation;
}

function openText({ descriptors, softLimit }: ProcessSummary): string {
  if (descriptors === null) return 'unknown';
  return softLimit === null ? String(descriptors) : `${descriptors}/${limitText(softLimit)}`;
}

function limitText(limit: number): string {
  return Number.isFinite(limit) ? String(limit) : 'unlimited';
}

function heldText(target: TopTarget): string {
  const { count, type, class: kind, pattern } = target;
  if (kind === 'unreadable') return `${count} x not readable`;
  return `${count} x ${type ?? kind}${pattern === null ? '' : ` ${targetLabel(target)}`}`;
}

/** The gravest finding that has words for it. */
function looksLike({ pid }: ProcessSummary, findings: readonly Finding[]): string | null {
  for (const finding of findings) {
    const rule = finding.pid === pid && pid !== null ? RULES.get(finding.rule) : undefined;
    const label = rule ? labelOf(rule, finding) : null;
    if (label !== null) return label;
  }
  return null;
}

function notes({ summaries, findings, budget, partial, source }: RankShown): NoteSection[] {
  const said: NoteSection[] = [];
  if (summaries.length === 0) return [note('plain', 'no open file is listed, or none matches')];
  if (budget !== null) said.push(note(budget.verdict === 'pass' ? 'plain' : 'warning', budgetText(budget)));
  if (partial) said.push(note('plain', 'counts are of matching rows only, so headroom cannot be told'));
  const unread = namesText(summaries, source);
  if (unread !== null) said.push(note('plain', unread));
  if (summaries.every(({ softLimit }) => softLimit === null)) {
    said.push(
      note('plain', 'limits unknown: give --soft-limit N, or append: grep -H "open files" /proc/[0-9]*/limits'),
    );
  }
  const [worst] = summaries;
  const finding = findings.find(({ pid, severity }) => pid !== null && severity !== 'info');
  const subject = summaries.find(({ pid }) => pid === finding?.pid) ?? worst;
  if (subject) {
    const line = showLine(source, subject);
    if (line !== null) said.push(note('command', `next: ${line}`));
  }
  const urgent = summaries.find(({ pid }) => findings.some((f) => f.rule === 'near-limit' && f.pid === pid));
  if (urgent && source.kind === 'live') {
    const line = prlimitLine(urgent);
    if (line !== null) {
      said.push(
        note(
          'command',
          `now: ${line}        (hard limit ${limitText(urgent.hardLimit ?? 0)}; buys headroom, not a fix)`,
        ),
      );
    } else if (raisedLimit(urgent) === null && urgent.hardLimit !== null) {
      said.push(
        note('plain', `${processName(urgent)} is at its hard limit: only a restart with a higher one gives room`),
      );
    }
  }
  return said;
}

/** Of the processes that hold something, how many have names here; null if all do. Those refused are coverage's business. */
function namesText(summaries: readonly ProcessSummary[], { kind }: SourceInfo): string | null {
  const holding = ranked(summaries).filter(({ descriptors }) => descriptors !== 0);
  const unread = holding.filter(({ classes }) => classes === null);
  if (unread.length === 0) return null;
  const left = kind === 'live' && unread.some(({ fact }) => fact.refused === undefined);
  return `names read for ${holding.length - unread.length} of ${holding.length} processes${left ? '; --all reads every one' : ''}`;
}

function budgetText({ limit, value, verdict }: Budget): string {
  const allowed = `budget: at most ${percentText(limit)} of the soft limit`;
  if (value === null) return `${allowed}; no process has both a count and a limit, so it could not be checked`;
  const worst = `${allowed}; the worst process uses ${percentText(value)}`;
  if (verdict === 'inconclusive') return `${worst}, but some have no count or no limit, so it could not be checked`;
  return `${worst}: ${verdict}`;
}
