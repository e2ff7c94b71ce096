import type { Block, Measurement, Reading } from '../../src/analysis/leak-rule/measurement.ts';
import type { Random } from '../../test/support/leak-simulation/random.ts';

/** Share of levels, and of looks at one level, that a replay leaves out at most. */
const THINNED = 0.5;
/** Neighbouring levels whose noise may be exchanged. */
const WINDOW = 4;

/**
 * The same server on another day: begun a little later, with other readings taken, and with what one reading had beside the
 * trend happening at another one. What grows and where it stops stays as it was, since that is what the rule has to see.
 */
export function resampled(measurement: Measurement, random: Random): Measurement {
  return thinned(shuffled(later(measurement, random), random), random);
}

/** Begins after the first block as often as not. */
function later(measurement: Measurement, random: Random): Measurement {
  const [first, ...rest] = measurement.blocks;
  if (rest.length < 4 || random.chance(0.5)) return measurement;
  const start = first.readings.at(-1)?.ok ?? 0;
  const shift = (reading: Reading): Reading => ({ ...reading, ok: reading.ok - start });
  return {
    ...measurement,
    idle: first.readings.slice(-3).map((reading) => ({ ...reading, ok: 0 })),
    blocks: rest.map((block) => ({ ...block, readings: block.readings.map(shift) })),
    settle: measurement.settle.map(shift),
  };
}

/** Leaves out readings by chance; the last one of each block stays, since its survivors were counted there. */
function thinned(measurement: Measurement, random: Random): Measurement {
  const share = random.unit() * THINNED;
  const some = (readings: readonly Reading[]): Reading[] => {
    const lost = new Set(readings.map(({ ok }) => ok).filter(() => random.chance(share)));
    const kept = readings.filter(({ ok }) => !lost.has(ok)).filter(() => !random.chance(share));
    const last = readings.slice(-1);
    return kept.at(-1) === last[0] ? kept : [...kept, ...last];
  };
  const blocks = measurement.blocks.map((block): Block => ({ ...block, readings: some(block.readings) }));
  const idle = measurement.idle.filter(() => !random.chance(share));
  const settle = measurement.settle.filter(() => !random.chance(share));
  return {
    ...measurement,
    idle: idle.length === 0 ? measurement.idle : idle,
    blocks,
    settle: settle.length === 0 ? measurement.settle : settle,
  };
}

/**
 * Exchanges, among readings that are near one another, what each life has beside the line between the ends of the
 * neighbourhood: noise moves, the trend stays. Only where the lives last.
 */
function shuffled(measurement: Measurement, random: Random): Measurement {
  const names = new Set(measurement.blocks.flatMap(({ readings }) => readings.map(livesOf)));
  if (names.size > 1) return measurement;
  return {
    ...measurement,
    blocks: measurement.blocks.map((block) => ({ ...block, readings: shuffledReadings(block.readings, random) })),
  };
}

function livesOf({ levels }: Reading): string {
  return levels.map(({ life, counts }) => `${life}${counts === null ? '?' : ''}`).join();
}

function shuffledReadings(readings: readonly Reading[], random: Random): Reading[] {
  const result: Reading[] = [];
  for (let at = 0; at < readings.length; at += WINDOW) {
    const near = readings.slice(at, at + WINDOW);
    const order = near.map((_, index) => index);
    for (let index = order.length - 1; index > 0; index--) {
      const other = random.below(index + 1);
      [order[index], order[other]] = [order[other], order[index]];
    }
    result.push(...near.map((reading, index) => exchanged(near, reading, index, order[index])));
  }
  return result;
}

/** A reading with the noise of another one. */
function exchanged(near: readonly Reading[], reading: Reading, index: number, other: number): Reading {
  return {
    ...reading,
    levels: reading.levels.map((level, life) => ({
      ...level,
      counts:
        level.counts?.map((_, group) => {
          const noise = countAt(near[other], life, group) - lineAt(near, other, life, group);
          return Math.max(0, Math.round(lineAt(near, index, life, group) + noise));
        }) ?? null,
    })),
  };
}

/** Where the line between the first and the last of some readings stands at one of them. */
function lineAt(near: readonly Reading[], index: number, life: number, group: number): number {
  const [first, last] = [near[0], near[near.length - 1]];
  const from = countAt(first, life, group);
  const span = last.ok - first.ok;
  return span === 0 ? from : from + ((countAt(last, life, group) - from) * (near[index].ok - first.ok)) / span;
}

function countAt({ levels }: Reading, life: number, group: number): number {
  return levels[life].counts?.[group] ?? 0;
}
