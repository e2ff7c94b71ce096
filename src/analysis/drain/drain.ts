import { emptyCoverage } from '../../model/coverage.ts';
import type { Report, Verdict } from '../../model/report.ts';
import { signalName } from '../../model/signal.ts';
import { dispositionOf, ENDING_SIGNALS } from './disposition.ts';
import type { DrainData, DrainListener, DrainOptions, DrainProcess } from './drain-data.ts';
import { drainFindings } from './drain-findings.ts';
import { drainSections } from './drain-sections.ts';
import type { DrainFold } from './fold.ts';
import { holdingOf } from './holding.ts';
import { type LifeRecord, listenersOf } from './life-record.ts';
import { type Judgement, judge, OUTCOMES } from './outcome.ts';
import { timelineOf } from './timeline.ts';

/** What a shutdown will meet, or how it went: from everything that was seen of it. */
export function drainReport(fold: DrainFold, options: DrainOptions): Report<DrainData> {
  const processes = fold.lives.map((life) => processOf(life, fold, options.signal));
  const data = dataOf(fold, processes, options);
  const refused = fold.lives.filter((life) => life.refused);
  return {
    command: 'drain',
    source: options.source,
    data,
    sections: drainSections(data, options, fold.over?.why ?? null),
    findings: drainFindings(data, fold, options),
    coverage: {
      ...emptyCoverage(),
      complete: refused.length === 0 && options.hidden.length === 0,
      processes: {
        seen: processes.length,
        counted: processes.length,
        listed: processes.length - refused.length,
        refused: refused.length,
        vanished: 0,
      },
      hidden: [...options.hidden],
    },
    verdict: verdictOf(fold, processes, options),
  };
}

/** A shutdown that went wrong for one went wrong; one that could not be seen is not called good. */
function verdictOf(
  { begin, lives }: DrainFold,
  processes: readonly DrainProcess[],
  { followed }: DrainOptions,
): Verdict {
  if (!followed) return lives.some(({ looked }) => looked !== null) ? 'none' : 'inconclusive';
  if (begin === null) return 'inconclusive';
  const judged = processes.filter(({ outcome }) => outcome !== null);
  if (judged.some(({ well }) => well === false)) return 'fail';
  return judged.some(({ well }) => well === null) ? 'inconclusive' : 'pass';
}

function processOf(life: LifeRecord, fold: DrainFold, signal: number): DrainProcess {
  const { fact, end } = life;
  const { begin, over } = fold;
  const zero = begin?.seconds ?? 0;
  const judged: Judgement | null =
    begin === null || fact.role === 'beside'
      ? null
      : judge(life, begin, over?.why === 'stopped' || over?.why === 'time');
  const fresh = (direction: 'in' | 'out' | 'unnamed') =>
    [...life.sockets.values()].filter((socket) => socket.direction === direction && socket.first > zero).length;
  return {
    pid: fact.pid,
    startTime: fact.startTime,
    command: fact.command,
    role: fact.role,
    parent: fact.parent,
    signals: signalsOf(life, signal),
    before: begin === null ? holdingOf(life) : life.before,
    outcome: judged?.outcome ?? null,
    well: judged?.well ?? null,
    evidence: judged?.evidence ?? [],
    ended: end && { seconds: since(end.seconds, zero), ...end.ending },
    opened: life.opened,
    accepted: begin === null ? 0 : fresh('in'),
    connected: begin === null ? 0 : fresh('out'),
    unnamed: begin === null ? 0 : fresh('unnamed'),
    grew: grownBy(life),
    last: begin === null ? null : holdingOf(life),
    cut: (judged?.cut ?? []).map(({ direction, local, remote, sending, receiving }) => ({
      direction: direction === 'in' ? 'in' : 'out',
      local,
      remote,
      queued: sending + receiving,
    })),
  };
}

function signalsOf({ fact }: LifeRecord, signal: number): DrainProcess['signals'] {
  const masks = fact.signals;
  if (masks === null) return null;
  const names = Object.entries(ENDING_SIGNALS);
  if (!names.some(([, number]) => number === signal)) names.push([signalName(signal).replace(/^SIG/, ''), signal]);
  return Object.fromEntries(names.map(([name, number]) => [name, dispositionOf(masks, number)]));
}

function grownBy({ files }: LifeRecord): number {
  return [...files.values()].reduce(
    (sum, { atBegin, size }) => sum + (atBegin === null ? 0 : Math.max(0, size - atBegin)),
    0,
  );
}

function dataOf(fold: DrainFold, processes: readonly DrainProcess[], options: DrainOptions): DrainData {
  const { begin, lives, over, series } = fold;
  const zero = begin?.seconds ?? 0;
  const outcomes = processes.flatMap(({ outcome }) => (outcome === null ? [] : [outcome]));
  return {
    processes,
    process: options.process,
    sent:
      begin === null || begin.signal === null
        ? null
        : { signal: begin.name, pids: begin.lives.map((life) => lives[life].fact.pid) },
    outcome: worst(processes, outcomes),
    grace: options.grace,
    followed: begin === null ? null : since(over?.seconds ?? fold.seconds, zero),
    listeners: listenersAt(fold, zero),
    timeline: timelineOf(fold, options.grace),
    connections: options.followed ? series.map((count) => ({ ...count, seconds: since(count.seconds, zero) })) : [],
    looks: fold.looks,
    longestGap: round(fold.longestGap),
  };
}

/** What went wrong before what went well. */
function worst(processes: readonly DrainProcess[], outcomes: readonly DrainProcess['outcome'][]): DrainData['outcome'] {
  const bad = processes.filter(({ well }) => well === false).map(({ outcome }) => outcome);
  const unsure = processes
    .filter(({ outcome, well }) => outcome !== null && well === null)
    .map(({ outcome }) => outcome);
  const from = bad.length > 0 ? bad : unsure.length > 0 ? unsure : outcomes;
  // Of a service that went well it is told that it drained, if one of its processes had anything to drain.
  const order = from === outcomes ? OUTCOMES.toReversed() : OUTCOMES;
  return order.find((outcome) => from.includes(outcome)) ?? null;
}

function listenersAt({ lives, over, begin }: DrainFold, zero: number): DrainListener[] {
  const addresses = new Map<string, number | null>();
  for (const life of lives) {
    if (life.fact.role === 'beside') continue;
    for (const { local, gone } of listenersOf(life)) {
      const closed = gone ?? life.end?.seconds ?? null;
      if (begin !== null && gone !== null && gone < zero) continue;
      const known = addresses.get(local);
      const both = known === null || closed === null ? null : Math.max(known ?? closed, closed);
      addresses.set(local, both);
    }
  }
  return [...addresses].map(([address, closed]) => ({
    address,
    closed: closed === null || begin === null ? null : since(closed, zero),
    held: (over?.ports ?? []).filter((port) => port.address === address).map(({ pid, command }) => ({ pid, command })),
  }));
}

function since(seconds: number, zero: number): number {
  return round(seconds - zero);
}

/** Seconds to the millisecond: nothing is measured closer. */
function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
