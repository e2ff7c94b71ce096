import type { Section, TableSection } from '../../model/report.ts';
import { amount, figure, label, named, note, tableOf } from '../section.ts';
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
  const sections: Section[] = [note('plain', summary(data))];
  const { processes, targets, changes, budget } = data;
  if (processes.length > 0) sections.push(processTable(data, top));
  if (targets.length > 0) sections.push(targetTable(targets, top));
  if (changes.length > 0) sections.push(changeTable(changes, top));
  if (details.some(({ targets: own }) => own.length > 0)) sections.push(detailTable(details));
  sections.push(environment(data.sides));
  if (budget !== null) {
    const { limit, value, verdict } = budget;
    const found = value === null ? 'no process could be compared' : `the most grown process has ${signed(value)}`;
    const text = `budget: growth of at most ${limit} descriptors; ${found}`;
    sections.push(note(verdict === 'pass' ? 'plain' : 'warning', text));
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
  return tableOf(
    processes,
    [
      amount('growth', ({ growth }) => signed(growth)),
      amount('descriptors', course),
      figure('opened', ({ opened }) => opened),
      figure('closed', ({ closed }) => closed),
      ...(timed ? [figure<ProcessChange>('per minute', ({ perMinute }) => hundredths(perMinute))] : []),
      figure('left', ({ headroom }) => headroom),
      ...(timed
        ? [amount<ProcessChange>('lasts', ({ secondsLeft: left }) => (left === null ? null : spanText(left)))]
        : []),
      named('process', processText),
    ],
    { title: 'processes', top },
  );
}

function hundredths(value: number | null): number | null {
  return value === null ? null : Math.round(value * 100) / 100;
}

function targetTable(targets: readonly TargetChange[], top: number): TableSection {
  return tableOf(
    targets,
    [
      amount('growth', ({ growth }) => signed(growth)),
      figure('opened', ({ opened }) => opened),
      figure('closed', ({ closed }) => closed),
      figure('kept', ({ kept }) => kept),
      figure('processes', ({ processes }) => processes),
      label('type', ({ type, class: kind }) => type ?? kind),
      named('pattern', ({ pattern }) => pattern),
    ],
    { title: 'targets', top },
  );
}

function changeTable(changes: readonly StateChange[], top: number): TableSection {
  return tableOf(
    changes,
    [
      figure('count', ({ count }) => count),
      label('from', ({ from }) => from),
      label('to', ({ to }) => to),
      named('process', ({ pid, command }) => [command, pid].filter((part) => part !== null).join(' ')),
      named('pattern', ({ pattern }) => pattern),
    ],
    { title: 'kept, but changed', top },
  );
}

function detailTable(details: readonly ProcessDetail[]): TableSection {
  const lines = details.flatMap(({ change, targets }) =>
    targets.slice(0, TARGETS_EACH).map((target) => ({ change, target })),
  );
  const table = tableOf(
    lines,
    [
      named('process', ({ change }) => processText(change)),
      amount('growth', ({ target }) => signed(target.growth)),
      figure('opened', ({ target }) => target.opened),
      figure('closed', ({ target }) => target.closed),
      figure('kept', ({ target }) => target.kept),
      label('type', ({ target }) => target.type ?? target.class),
      named('example', ({ target }) => target.name),
    ],
    { title: 'every process and what it opened or closed', top: DETAILS, folded: true },
  );
  const all = details.reduce((sum, { targets }) => sum + targets.length, 0);
  return { ...table, more: all - table.rows.length };
}

function environment(sides: readonly DiffSide[]): TableSection {
  return tableOf(
    sides,
    [
      named('source', ({ source }) => source.name),
      figure('listing', ({ listing }) => listing),
      label('dialect', ({ source }) => source.dialect),
      label('time', ({ time }) => time),
      named('host', ({ host }) => host),
      label('kernel', ({ kernel }) => kernel),
    ],
    { title: 'environment', folded: true },
  );
}
