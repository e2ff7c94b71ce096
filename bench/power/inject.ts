import type { Measurement, Reading, Survivors, TargetGroup } from '../../src/analysis/leak-rule/measurement.ts';
import type { Random } from '../../test/support/leak-simulation/random.ts';

/** The file that the injected leak keeps open. */
const LEAKED: TargetGroup = { type: 'REG', class: 'regular', pattern: '/injected', name: '/injected' };

export interface Injection {
  /** Descriptors per request. */
  readonly rate: number;
  readonly manner: 'exact' | 'random';
  /** A group of its own, or the one among the recorded that moves most. */
  readonly place: 'own' | 'busiest';
}

/** Puts a leak into a recording: each life loses descriptors with its share of the work, from the first block on. */
export function inject(measurement: Measurement, { rate, manner, place }: Injection, random: Random): Measurement {
  const own = place === 'own';
  const group = own ? measurement.groups.length : busiest(measurement);
  const lost = new Map<number, number>();
  const shares = sharesOf(measurement);
  let [ok, owed] = [0, 0];

  const lose = (reading: Reading): number => {
    let count = 0;
    for (; ok < reading.ok; ok++) {
      owed += manner === 'exact' ? rate : Math.floor(rate) + (random.chance(rate % 1) ? 1 : 0);
      for (; owed >= 1 - 1e-9; owed--) {
        const life = pick(reading, shares, random);
        lost.set(life, (lost.get(life) ?? 0) + 1);
        count++;
      }
    }
    return count;
  };
  const add = (reading: Reading): Reading => ({
    ...reading,
    levels: reading.levels.map((level) => {
      if (level.counts === null) return level;
      const counts = own ? [...level.counts, 0] : [...level.counts];
      counts[group] += lost.get(level.life) ?? 0;
      return { ...level, counts };
    }),
  });
  const idle = measurement.idle.map(add);
  const blocks = measurement.blocks.map((block) => {
    let count = 0;
    const readings = block.readings.map((reading) => {
      count += lose(reading);
      return add(reading);
    });
    return { ...block, readings, survivors: block.survivors && withMore(block.survivors, group, count) };
  });
  const settle = measurement.settle.map(add);
  return { ...measurement, groups: own ? [...measurement.groups, LEAKED] : measurement.groups, idle, blocks, settle };
}

function withMore(survivors: readonly Survivors[], group: number, count: number): Survivors[] {
  const { opened, kept } = survivors[group] ?? { opened: 0, kept: 0 };
  const result = [...survivors];
  result[group] = { opened: opened + count, kept: kept + count };
  return result;
}

/** The group whose level moved most often under load. */
function busiest({ groups, blocks }: Measurement): number {
  const moves = groups.map(() => 0);
  const readings = blocks.flatMap((block) => block.readings);
  for (let at = 1; at < readings.length; at++) {
    for (const group of groups.keys()) {
      if (levelOf(readings[at], group) !== levelOf(readings[at - 1], group)) moves[group]++;
    }
  }
  return moves.indexOf(Math.max(...moves));
}

function levelOf({ levels }: Reading, group: number): number {
  return levels.reduce((sum, { counts }) => sum + (counts?.[group] ?? 0), 0);
}

/** CPU time each life used under load: a leak follows the work. */
function sharesOf({ blocks }: Measurement): Map<number, number> {
  const first = new Map<number, number>();
  const shares = new Map<number, number>();
  for (const { levels } of blocks.flatMap(({ readings }) => readings)) {
    for (const { life, work } of levels) {
      if (work === null) continue;
      if (!first.has(life)) first.set(life, work);
      shares.set(life, work - (first.get(life) ?? work));
    }
  }
  return shares;
}

/** A life that took the request, among those alive. */
function pick({ levels }: Reading, shares: ReadonlyMap<number, number>, random: Random): number {
  const total = levels.reduce((sum, { life }) => sum + (shares.get(life) ?? 0), 0);
  let left = random.unit() * total;
  for (const { life } of levels) {
    left -= shares.get(life) ?? 0;
    if (left < 0) return life;
  }
  return levels[levels.length - 1]?.life ?? 0;
}
