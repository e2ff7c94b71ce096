import type { LifeLevels, Measurement } from './measurement.ts';

/** The workers that did most of the work did at least this much of it. */
const MOST_OF_THE_WORK = 0.75;
/** Growth that follows the work gives them about as much of the growth; half-hearted is not enough to doubt it. */
const LITTLE_OF_THE_GROWTH = 0.25;
/** CPU time is counted in hundredths of a second: less than this says nothing of who worked. */
const LEAST_WORK_SECONDS = 0.2;

interface Change {
  readonly work: number;
  readonly growth: number;
}

/**
 * Whether the growth of a group, over the later half of a measurement, went past the workers that did most of the work. A leak
 * follows the requests; workers that get a request now and then and are still opening what each opens once do not. Judged
 * among processes of one role only, and false where the work is not known.
 */
export function grewInIdleWorkers(measurement: Measurement, group: number): boolean {
  const quiet = measurement.blocks.flatMap(({ readings }) => readings.filter((reading) => reading.quiet));
  const last = quiet.at(-1);
  const middle = quiet.find(({ ok }) => last !== undefined && ok * 2 >= last.ok);
  if (last === undefined || middle === undefined) return false;
  const roles = new Map<string, Change[]>();
  for (const later of last.levels) {
    const earlier = middle.levels.find(({ life }) => life === later.life);
    if (earlier === undefined) continue;
    const { parent, command } = measurement.lives[later.life];
    const role = `${parent ?? ''} ${command}`;
    const change = changeOf(earlier, later, group);
    if (change === null) return false;
    roles.set(role, [...(roles.get(role) ?? []), change]);
  }
  const grown = [...roles.values()].sort((a, b) => total(b).growth - total(a).growth)[0];
  return grown !== undefined && pastTheBusy(grown);
}

function changeOf(earlier: LifeLevels, later: LifeLevels, group: number): Change | null {
  if (earlier.counts === null || later.counts === null || earlier.work === null || later.work === null) return null;
  return { work: later.work - earlier.work, growth: later.counts[group] - earlier.counts[group] };
}

function pastTheBusy(changes: readonly Change[]): boolean {
  const all = total(changes);
  if (changes.length < 2 || all.work < LEAST_WORK_SECONDS || all.growth <= 0) return false;
  let [work, growth] = [0, 0];
  for (const change of [...changes].sort((a, b) => b.work - a.work)) {
    if (work >= MOST_OF_THE_WORK * all.work) break;
    work += change.work;
    growth += change.growth;
  }
  return growth < LITTLE_OF_THE_GROWTH * all.growth;
}

function total(changes: readonly Change[]): Change {
  return {
    work: changes.reduce((sum, change) => sum + change.work, 0),
    growth: changes.reduce((sum, change) => sum + change.growth, 0),
  };
}
