import type { Section, TableSection } from '../../model/report.ts';
import { spanText } from '../span-text.ts';
import type { DiffData, DiffSide, ProcessDetail } from './diff-data.ts';
import type { ProcessChange } from './process-change.ts';
import type { StateChange, TargetChange } from './target-change.ts';

/** Target lines of each process that are kept for the details; data has no such table. */
const TARGETS_EACH = 20;
/** Lines of details in all. */
const DETAILS = 1000;

function signed(value: number | null): string | null {
  return value === null ? null : value > 0 ? `+${value}` : String(value);
}

/** Sides whose counts stand in a line. */
const COURSE = 5;

/** `3 -> 5`: what was found on each side, or on some at even distances where there are many. */
function course({ counts }: ProcessChange): string {
  const shown = Math.min(COURSE, counts.length);
  const step = (counts.length - 1) / Math.max(1, shown - 1);
  const known = Array.from({ length: shown }, (_, index) => counts[Math.round(index * step)] ?? null);
  return known.map((count) => (count === null ? '-' : String(count))).join(' -> ');
}

function processText({ pid, command, life, previousPid }: ProcessChange): string {
  const name = [command, pid].filter((part) => part !== null).join(' ');
  if (life === 'restarted') return `${name} (was ${previousPid})`;
  return life === 'same' ? name : `${name} (${life})`;
}

export function diffSections(data: DiffData, details: readonly ProcessDetail[], top: number): Section[] {
  const sections: Section[] = [{ kind: 'note', tone: 'plain', text: summary(data) }];
  const { processes, targets, changes, budget } = data;
  if (processes.length > 0) sections.push(processTable(data, top));
  if (targets.length > 0) sections.push(targetTable(targets, top));
  if (changes.length > 0) sections.push(changeTable(changes, top));
  if (details.some(({ targets: own }) => own.length > 0)) sections.push(detailTable(details));
  sections.push(environment(data.sides));
  if (budget !== null) {
    const { limit, value, verdict } = budget;
    const found = value === null ? 'no process could be compared' : `the most grown process has ${signed(value)}`;
    sections.push({
      kind: 'note',
      tone: verdict === 'pass' ? 'plain' : 'warning',
      text: `budget: growth of at most ${limit} descriptors; ${found}`,
    });
  }
  return sections;
}

function summary({ opened, closed, kept, processes, targets, changes, seconds }: DiffData): string {
  const apart = seconds === null ? '' : `, ${spanText(seconds)} apart`;
  if (processes.length === 0 && targets.length === 0 && changes.length === 0) {
    return `nothing opened, nothing closed, ${kept} descriptors kept${apart}`;
  }
  const net = opened - closed;
  return `${opened} descriptors opened, ${closed} closed (${net > 0 ? '+' : ''}${net}), ${kept} kept${apart}`;
}

function processTable({ processes, seconds }: DiffData, top: number): TableSection {
  const timed = seconds !== null;
  return {
    kind: 'table',
    title: 'processes',
    columns: [
      { title: 'growth', kind: 'text', align: 'right' },
      { title: 'descriptors', kind: 'text', align: 'right' },
      { title: 'opened', kind: 'number' },
      { title: 'closed', kind: 'number' },
      ...(timed ? ([{ title: 'per minute', kind: 'number' }] as const) : []),
      { title: 'left', kind: 'number' },
      ...(timed ? ([{ title: 'lasts', kind: 'text', align: 'right' }] as const) : []),
      { title: 'process', kind: 'name' },
    ],
    rows: processes
      .slice(0, top)
      .map((change) => [
        signed(change.growth),
        course(change),
        change.opened,
        change.closed,
        ...(timed ? [change.perMinute === null ? null : Math.round(change.perMinute * 100) / 100] : []),
        change.headroom,
        ...(timed ? [change.secondsLeft === null ? null : spanText(change.secondsLeft)] : []),
        processText(change),
      ]),
    more: Math.max(0, processes.length - top),
  };
}

function targetTable(targets: readonly TargetChange[], top: number): TableSection {
  return {
    kind: 'table',
    title: 'targets',
    columns: [
      { title: 'growth', kind: 'text', align: 'right' },
      { title: 'opened', kind: 'number' },
      { title: 'closed', kind: 'number' },
      { title: 'kept', kind: 'number' },
      { title: 'processes', kind: 'number' },
      { title: 'type', kind: 'text' },
      { title: 'pattern', kind: 'name' },
    ],
    rows: targets
      .slice(0, top)
      .map(({ growth, opened, closed, kept, processes, type, class: kind, pattern }) => [
        signed(growth),
        opened,
        closed,
        kept,
        processes,
        type ?? kind,
        pattern,
      ]),
    more: Math.max(0, targets.length - top),
  };
}

function changeTable(changes: readonly StateChange[], top: number): TableSection {
  return {
    kind: 'table',
    title: 'kept, but changed',
    columns: [
      { title: 'count', kind: 'number' },
      { title: 'from', kind: 'text' },
      { title: 'to', kind: 'text' },
      { title: 'process', kind: 'name' },
      { title: 'pattern', kind: 'name' },
    ],
    rows: changes
      .slice(0, top)
      .map(({ count, from, to, pid, command, pattern }) => [
        count,
        from,
        to,
        [command, pid].filter((part) => part !== null).join(' '),
        pattern,
      ]),
    more: Math.max(0, changes.length - top),
  };
}

function detailTable(details: readonly ProcessDetail[]): TableSection {
  const lines = details.flatMap(({ change, targets }) =>
    targets
      .slice(0, TARGETS_EACH)
      .map((target) => [
        processText(change),
        signed(target.growth),
        target.opened,
        target.closed,
        target.kept,
        target.type ?? target.class,
        target.name,
      ]),
  );
  const all = details.reduce((sum, { targets }) => sum + targets.length, 0);
  return {
    kind: 'table',
    title: 'every process and what it opened or closed',
    folded: true,
    columns: [
      { title: 'process', kind: 'name' },
      { title: 'growth', kind: 'text', align: 'right' },
      { title: 'opened', kind: 'number' },
      { title: 'closed', kind: 'number' },
      { title: 'kept', kind: 'number' },
      { title: 'type', kind: 'text' },
      { title: 'example', kind: 'name' },
    ],
    rows: lines.slice(0, DETAILS),
    more: all - Math.min(lines.length, DETAILS),
  };
}

function environment(sides: readonly DiffSide[]): TableSection {
  return {
    kind: 'table',
    title: 'environment',
    folded: true,
    columns: [
      { title: 'source', kind: 'name' },
      { title: 'listing', kind: 'number' },
      { title: 'dialect', kind: 'text' },
      { title: 'time', kind: 'text' },
      { title: 'host', kind: 'name' },
      { title: 'kernel', kind: 'text' },
    ],
    rows: sides.map(({ source, listing, time, host, kernel }) => [
      source.name,
      listing,
      source.dialect,
      time,
      host,
      kernel,
    ]),
    more: 0,
  };
}
