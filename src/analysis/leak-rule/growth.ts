import type { Measurement, Reading } from './measurement.ts';
import { rolesOf, turnover } from './turnover.ts';

/** Quiet readings at one count of requests that make one level: the lowest of them, since what is under way only adds. */
const READINGS_PER_LEVEL = 3;

/**
 * Share of the requests, and number of steps, in which every worker could be followed, that are enough to leave the others out:
 * a worker that stands for others stands for them badly where one of two is about to leave and takes no more requests.
 */
const ENOUGH_FOLLOWED = 0.1;
const ENOUGH_STEPS = 8;

/** Lowest counts of each life over a few readings, by index of the life. */
type Levels = ReadonlyMap<number, readonly number[]>;
type Mark = Map<number, readonly number[]>;

/** Growth between two neighbouring levels. */
interface Step {
  /** Index of the block it belongs to. */
  readonly block: number;
  /** Requests completed meanwhile. */
  readonly requests: number;
  readonly seconds: number;
  /** Descriptors gained per group; null if no life that took requests was seen at both ends. */
  readonly growth: readonly number[] | null;
}

/** How the levels moved, counted inside lives. */
export interface Growth {
  readonly steps: readonly Step[];
  /** Descriptors of each group that the settle took away from the lives that lived through it. */
  readonly gaveBack: readonly number[];
  /** Family totals per group at the first and at the last level before the settle. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** Lives that ended and were followed by another in their place. */
  readonly recycled: number;
  /** Per group, how many of the lives at the last level hold more than when they were first seen. */
  readonly grownLives: readonly number[];
  /** No life could be read any more at the last level before the settle. */
  readonly lost: boolean;
}

/**
 * Follows each group through the quiet levels of a measurement. A life counts from its first level after its own first
 * requests on: what a new worker opens when it starts is no growth. Where workers take one another's place, those seen at both
 * ends of a step stand for all the places of their role.
 */
export function growthOf(measurement: Measurement): Growth {
  const { groups, lives, idle, blocks, settle } = measurement;
  const width = groups.length;
  const before = idle.filter((reading) => reading.quiet);
  const marks = [{ block: 0, ok: 0, seconds: before.at(-1)?.seconds ?? 0, levels: lowest(before, width) }];
  for (const [block, { readings }] of blocks.entries()) {
    for (const together of byRequests(readings.filter((reading) => reading.quiet))) {
      const { ok, seconds } = together[together.length - 1];
      marks.push({ block, ok, seconds, levels: lowest(together, width) });
    }
  }
  leaveOutDying(marks.map(({ levels }) => levels));
  const roles = rolesOf(lives);
  const replaced = turnover(
    marks.map(({ levels }) => levels),
    roles,
  );
  const settled = settledFrom(
    marks.map(({ levels }) => levels),
    roles,
    replaced.roles,
  );
  const steps: Step[] = [];
  /** Those in which nobody stands for others. */
  const followed: number[] = [];
  for (let index = 1; index < marks.length; index++) {
    const [left, right] = [marks[index - 1], marks[index]];
    const grown = new Set([...left.levels.keys()].filter((life) => (settled.get(life) ?? 0) < index));
    const { growth, whole } = inside(left.levels, right.levels, grown, roles, replaced.roles, width);
    const requests = right.ok - left.ok;
    steps.push({ block: right.block, requests, seconds: right.seconds - left.seconds, growth });
    if (whole && requests > 0) followed.push(steps.length - 1);
  }
  const requests = followed.reduce((total, index) => total + steps[index].requests, 0);
  const enough = requests >= ENOUGH_FOLLOWED * marks[marks.length - 1].ok && followed.length >= ENOUGH_STEPS;
  const last = marks[marks.length - 1].levels;
  const firstOf = (life: number): readonly number[] =>
    marks.find(({ levels }) => levels.has(life))?.levels.get(life) ?? [];
  const calm = lowest(
    settle.slice(settle.length >> 1).filter((reading) => reading.quiet),
    width,
  );
  return {
    steps: enough ? steps.map((step, index) => (followed.includes(index) ? step : { ...step, growth: null })) : steps,
    gaveBack: fill(width, (group) =>
      sumOver(last, (life, counts) => counts[group] - (calm.get(life) ?? counts)[group]),
    ),
    before: fill(width, (group) => sumOver(marks[0].levels, (_, counts) => counts[group])),
    after: fill(width, (group) => sumOver(last, (_, counts) => counts[group])),
    recycled: replaced.lives,
    grownLives: fill(width, (group) => sumOver(last, (life, counts) => (counts[group] > firstOf(life)[group] ? 1 : 0))),
    lost: last.size === 0,
  };
}

/** Levels that a process is seen at on its way out, at most. */
const LEAVING = 4;

/**
 * Takes out the last levels of a life that ends, from where it has closed something that it had all the time: its listener, its
 * log. A process on its way out closes what it kept as well, which says nothing of what it keeps while it serves. Not by how
 * low a level is: that would lift the ends of all that move by themselves.
 */
function leaveOutDying(marks: readonly Mark[]): void {
  for (const life of new Set(marks.flatMap((mark) => [...mark.keys()]))) {
    const seen = marks.filter((mark) => mark.has(life));
    if (marks[marks.length - 1].has(life)) continue;
    const levels = seen.map((mark) => mark.get(life) ?? []);
    const leaving = levels.findIndex((counts, at) => {
      const before = levels.slice(0, at);
      return at > 0 && at >= levels.length - LEAVING && counts.some((count, group) => hadMore(before, group, count));
    });
    if (leaving >= 0) for (const mark of seen.slice(leaving)) mark.delete(life);
  }
}

/** Whether a group held one and the same number at all these levels, and that was more. */
function hadMore(levels: readonly (readonly number[])[], group: number, count: number): boolean {
  return levels[0][group] > count && levels.every((level) => level[group] === levels[0][group]);
}

/**
 * Index of the level from which on a life's growth counts. A life begun under load counts from its second level on; where
 * workers take one another's place it counts in the later half of its time, since what each opens for itself comes first.
 */
function settledFrom(
  marks: readonly Levels[],
  roles: readonly number[],
  recycling: ReadonlySet<number>,
): ReadonlyMap<number, number> {
  const times = new Map<number, { first: number; last: number }>();
  for (const [index, levels] of marks.entries()) {
    for (const life of levels.keys()) times.set(life, { first: times.get(life)?.first ?? index, last: index });
  }
  return new Map(
    [...times].map(([life, { first, last }]) => {
      if (recycling.has(roles[life])) return [life, Math.ceil((first + last) / 2)];
      return [life, first === 0 ? 0 : first + 1];
    }),
  );
}

/** Growth per group of the lives seen at both ends, null where a role that recycles has none; and whether none stands for others. */
function inside(
  left: Levels,
  right: Levels,
  grown: ReadonlySet<number>,
  roles: readonly number[],
  recycling: ReadonlySet<number>,
  width: number,
): { readonly growth: number[] | null; readonly whole: boolean } {
  const gained = new Array<number>(width).fill(0);
  let whole = true;
  if (![...grown].some((life) => right.has(life))) return { growth: null, whole: false };
  for (const role of new Set([...left.keys(), ...right.keys()].map((life) => roles[life]))) {
    const [atLeft, atRight] = [left, right].map((levels) => [...levels.keys()].filter((life) => roles[life] === role));
    const both = atLeft.filter((life) => grown.has(life) && right.has(life));
    if (both.length === 0 && recycling.has(role)) return { growth: null, whole: false };
    const share = recycling.has(role) ? Math.max(atLeft.length, atRight.length) / both.length : 1;
    if (share !== 1) whole = false;
    for (const life of both) {
      const [from, to] = [left.get(life) ?? [], right.get(life) ?? []];
      for (let group = 0; group < width; group++) gained[group] += share * (to[group] - from[group]);
    }
  }
  return { growth: gained, whole };
}

/** Readings at one count of requests, together. */
function byRequests(readings: readonly Reading[]): Reading[][] {
  const runs: Reading[][] = [];
  for (const reading of readings) {
    const run = runs.at(-1);
    if (run !== undefined && run[0].ok === reading.ok) run.push(reading);
    else runs.push([reading]);
  }
  return runs;
}

/** Lowest counts of each life over the last few readings. A life must be there in the last one. */
function lowest(readings: readonly Reading[], width: number): Mark {
  const counts = new Map<number, number[]>();
  for (const { levels } of readings.slice(-READINGS_PER_LEVEL)) {
    for (const { life, counts: held } of levels) {
      if (held === null) continue;
      const known = counts.get(life);
      counts.set(
        life,
        fill(width, (group) => Math.min(held[group] ?? 0, known?.[group] ?? Number.POSITIVE_INFINITY)),
      );
    }
  }
  const present = new Set(readings.at(-1)?.levels.map(({ life }) => life));
  for (const life of counts.keys()) if (!present.has(life)) counts.delete(life);
  return counts;
}

function sumOver(levels: Levels, value: (life: number, counts: readonly number[]) => number): number {
  let sum = 0;
  for (const [life, counts] of levels) sum += value(life, counts);
  return sum;
}

function fill(width: number, value: (index: number) => number): number[] {
  return Array.from({ length: width }, (_, index) => value(index));
}
