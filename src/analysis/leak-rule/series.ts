import type { HeldGroup, LoadPhase, SampleItem, SeriesItem } from '../../model/series.ts';
import type { Block, Life, LifeLevels, Measurement, Reading } from './measurement.ts';

/** What a series says of one life, as it goes. */
interface Standing {
  counts: readonly HeldGroup[] | null;
  work: number | null;
}

/**
 * The measurement that a series of a probe holds, so that a saved one can be judged again. What was read while the warm-up
 * ran, and samples without a load, are no part of it. Levels stand in order of life.
 */
export function measurementOf(items: Iterable<SeriesItem>): Measurement {
  const all = [...items];
  const groups = all.flatMap((item) => (item.kind === 'group' ? [item.target] : []));
  const lives: Life[] = [];
  const readings: Record<LoadPhase, Reading[]> = { 'warm-up': [], idle: [], block: [], settle: [] };
  const blocks: Block[] = [];
  const alive = new Map<number, Standing>();
  for (const item of all) {
    if (item.kind === 'life') {
      const { pid, startTime, command, ppid } = item.fact;
      lives[item.life] = { pid, startTime: startTime ?? null, command: command ?? '', parent: ppid ?? null };
    } else if (item.kind === 'sample') {
      take(item, alive);
      if (item.load === null) continue;
      const { phase, ok, quiet } = item.load;
      readings[phase].push({ seconds: item.seconds, ok, quiet, levels: levelsOf(alive, groups.length) });
    } else if (item.kind === 'block') {
      blocks.push({
        requests: { sent: item.sent, ok: item.ok, failed: item.failed },
        readings: readings.block.splice(0),
        survivors: item.survivors?.map(([opened, kept]) => ({ opened, kept })) ?? null,
      });
    }
  }
  return { groups, lives, idle: readings.idle, blocks, settle: readings.settle };
}

function take({ levels, names, work, gone }: SampleItem, alive: Map<number, Standing>): void {
  for (const life of gone) alive.delete(life);
  for (const { life, count } of levels) {
    const known = alive.get(life);
    if (known === undefined) alive.set(life, { counts: count === null ? null : [], work: null });
    else if (count === null) known.counts = null;
  }
  for (const { life, groups } of names) {
    const known = alive.get(life);
    if (known) known.counts = groups;
  }
  for (const { life, seconds } of work) {
    const known = alive.get(life);
    if (known) known.work = seconds;
  }
}

function levelsOf(alive: ReadonlyMap<number, Standing>, width: number): LifeLevels[] {
  return [...alive]
    .sort(([one], [other]) => one - other)
    .map(([life, { counts, work }]) => ({ life, counts: counts && dense(counts, width), work }));
}

function dense(held: readonly HeldGroup[], width: number): number[] {
  const counts = new Array<number>(width).fill(0);
  for (const { group, count } of held) counts[group] = count;
  return counts;
}

/** The series of a measurement, without an end. `measurementOf` undoes it. */
export function seriesOf(measurement: Measurement): SeriesItem[] {
  const { groups, lives, idle, blocks, settle } = measurement;
  const told = new Map<number, LifeLevels>();
  const samples = (readings: readonly Reading[], phase: LoadPhase, block: number | null): SeriesItem[] =>
    readings.map((reading) => sampleOf(reading, phase, block, told));
  return [
    ...lives.map((life, index): SeriesItem => ({ kind: 'life', life: index, fact: factOf(life) })),
    ...groups.map((target, group): SeriesItem => ({ kind: 'group', group, target })),
    ...samples(idle, 'idle', null),
    ...blocks.flatMap(({ requests, readings, survivors }, block): SeriesItem[] => [
      ...samples(readings, 'block', block),
      {
        kind: 'block',
        block,
        ...requests,
        survivors: survivors?.map(({ opened, kept }) => [opened, kept] as const) ?? null,
      },
    ]),
    ...samples(settle, 'settle', null),
  ];
}

function factOf({ pid, startTime, command, parent }: Life) {
  return { pid, command, ...(startTime !== null && { startTime }), ...(parent !== null && { ppid: parent }) };
}

/** @param told the levels of the sample before, brought up to date */
function sampleOf(
  { seconds, ok, quiet, levels }: Reading,
  phase: LoadPhase,
  block: number | null,
  told: Map<number, LifeLevels>,
): SampleItem {
  const present = new Set(levels.map(({ life }) => life));
  const gone = [...told.keys()].filter((life) => !present.has(life));
  for (const life of gone) told.delete(life);
  const changed = levels.filter(({ life, counts }) => !told.has(life) || !isSame(told.get(life)?.counts, counts));
  const worked = levels.filter(({ life, work }) => (told.get(life)?.work ?? null) !== work);
  for (const level of levels) told.set(level.life, level);
  return {
    kind: 'sample',
    time: null,
    seconds,
    levels: changed.map(({ life, counts }) => ({ life, count: counts && sum(counts) })),
    gone,
    names: changed.flatMap(({ life, counts }) => (counts === null ? [] : [{ life, groups: held(counts) }])),
    work: worked.map(({ life, work }) => ({ life, seconds: work })),
    load: { phase, block, ok, sent: null, failed: null, quiet },
    own: null,
  };
}

function isSame(one: readonly number[] | null | undefined, other: readonly number[] | null): boolean {
  if (!one || !other) return one === other;
  return one.length === other.length && one.every((count, index) => count === other[index]);
}

function held(counts: readonly number[]): HeldGroup[] {
  return counts.flatMap((count, group) => (count === 0 ? [] : [{ group, count, name: null }]));
}

function sum(counts: readonly number[]): number {
  return counts.reduce((all, count) => all + count, 0);
}
