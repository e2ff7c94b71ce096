import type { Life, Measurement, Reading } from './measurement.ts';

/** Lives that were there at one level. */
export interface Presence {
  has(life: number): boolean;
  keys(): Iterable<number>;
}

/** The role of each life: lives of one parent with one command can take one another's place. */
export function rolesOf(lives: readonly Life[]): number[] {
  const known = new Map<string, number>();
  return lives.map(({ parent, command }) => {
    const key = `${parent ?? ''} ${command}`;
    const role = known.get(key) ?? known.size;
    known.set(key, role);
    return role;
  });
}

/** Roles in which a life ended and another began, and how many ended so. */
export function turnover(
  marks: readonly Presence[],
  roles: readonly number[],
): { readonly roles: Set<number>; readonly lives: number } {
  const ended = new Map<number, number>();
  const begun = new Set<number>();
  for (let index = 1; index < marks.length; index++) {
    for (const life of marks[index - 1].keys()) {
      if (!marks[index].has(life)) ended.set(roles[life], (ended.get(roles[life]) ?? 0) + 1);
    }
    for (const life of marks[index].keys()) if (!marks[index - 1].has(life)) begun.add(roles[life]);
  }
  const both = [...ended].filter(([role]) => begun.has(role));
  return { roles: new Set(both.map(([role]) => role)), lives: both.reduce((sum, [, lives]) => sum + lives, 0) };
}

/** A life that serves fewer requests shows nothing by what it gains: two levels take longer. */
const FEW_SERVED = 3;
/** Share of the requests in which lives of a role must have been seen at both ends of a step for their growth to be known. */
const SEEN_TWICE = 0.1;

/**
 * The measurement without the processes that live for a request or two, as servers have that fork for each: most are seen once
 * or never, so that nothing is known of their growth, and what they hold goes with them. What their parent keeps is what counts.
 */
export function withoutPassing(measurement: Measurement): Measurement {
  const roles = rolesOf(measurement.lives);
  const marks = presences(measurement);
  const requests = (marks.at(-1)?.ok ?? 0) - (marks[0]?.ok ?? 0);
  const passing = new Set(
    [...turnover(marks, roles).roles].filter(
      (role) => servedByOne(marks, roles, role) < FEW_SERVED || seenTwice(marks, roles, role) < SEEN_TWICE * requests,
    ),
  );
  return passing.size === 0 ? measurement : onlyLives(measurement, (life) => !passing.has(roles[life]));
}

/** The measurement of those that nobody took the place of; null if nobody did of anybody, or of everybody. */
export function withoutRecycled(measurement: Measurement): Measurement | null {
  const roles = rolesOf(measurement.lives);
  const recycling = turnover(presences(measurement), roles).roles;
  if (recycling.size === 0) return null;
  const lasting = onlyLives(measurement, (life) => !recycling.has(roles[life]));
  return lasting === measurement ? null : lasting;
}

interface Mark extends Presence {
  readonly ok: number;
}

/** Who was there at each quiet level. */
function presences({ idle, blocks }: Measurement): Mark[] {
  const marks: Mark[] = [];
  for (const { ok, quiet, levels } of [...idle.slice(-1), ...blocks.flatMap(({ readings }) => readings)]) {
    if (!quiet) continue;
    const there = new Set(levels.flatMap(({ life, counts }) => (counts === null ? [] : [life])));
    const mark = { ok, has: (life: number) => there.has(life), keys: () => there };
    if (marks.at(-1)?.ok === ok) marks[marks.length - 1] = mark;
    else marks.push(mark);
  }
  return marks;
}

/**
 * Requests that one life of a role serves: those that the family serves in its time, shared among as many as there are at once
 * (Little 1961). Its time is known from level to level: half of what lies between is taken.
 */
function servedByOne(marks: readonly Mark[], roles: readonly number[], role: number): number {
  const spans = new Map<number, { first: number; last: number }>();
  let [there, levels] = [0, 0];
  for (const [index, mark] of marks.entries()) {
    const alive = [...mark.keys()].filter((life) => roles[life] === role);
    if (alive.length > 0) levels++;
    there += alive.length;
    for (const life of alive) spans.set(life, { first: spans.get(life)?.first ?? index, last: index });
  }
  const whole = [...spans.values()].filter(({ first, last }) => first > 0 && last < marks.length - 1);
  if (whole.length === 0) return Number.POSITIVE_INFINITY;
  const requests = whole.map(({ first, last }) => {
    const [begin, end] = [marks[first - 1].ok + marks[first].ok, marks[last].ok + marks[last + 1].ok];
    return (end - begin) / 2;
  });
  const mean = requests.reduce((sum, each) => sum + each, 0) / whole.length;
  return mean / (there / levels);
}

/** Requests of the steps at whose both ends the same life of a role was seen. */
function seenTwice(marks: readonly Mark[], roles: readonly number[], role: number): number {
  let requests = 0;
  for (let index = 1; index < marks.length; index++) {
    const [left, right] = [marks[index - 1], marks[index]];
    const both = [...left.keys()].some((life) => roles[life] === role && right.has(life));
    if (both) requests += right.ok - left.ok;
  }
  return requests;
}

/** Of some lives only; as it is if none of them was there at the last level. Descriptors' survival is known of all together. */
function onlyLives(measurement: Measurement, wanted: (life: number) => boolean): Measurement {
  const reading = (raw: Reading): Reading => ({ ...raw, levels: raw.levels.filter(({ life }) => wanted(life)) });
  const blocks = measurement.blocks.map((block) => ({
    ...block,
    readings: block.readings.map(reading),
    survivors: null,
  }));
  const last = blocks.at(-1)?.readings.at(-1);
  if (last === undefined || last.levels.length === 0) return measurement;
  return { ...measurement, idle: measurement.idle.map(reading), blocks, settle: measurement.settle.map(reading) };
}
