import { describe, expect, it } from 'vitest';
import { growthOf } from '../../../src/analysis/leak-rule/growth.ts';
import type { Life, Measurement, Reading } from '../../../src/analysis/leak-rule/measurement.ts';

const life = (pid: number, command: string, parent: number): Life => ({ pid, startTime: `${pid}`, command, parent });

type Held = Readonly<Record<number, number | null>>;

/** One block in which 10 requests pass between two neighbouring levels. */
function measured(
  lives: readonly Life[],
  levels: readonly Held[],
  settle: readonly Held[] = [],
  quiet = true,
): Measurement {
  const reading = (held: Held, index: number, still = true): Reading => ({
    seconds: index,
    ok: 10 * index,
    quiet: still,
    levels: Object.entries(held).map(([which, count]) => ({
      life: Number(which),
      counts: count === null ? null : [count],
      work: null,
    })),
  });
  const [idle, ...loaded] = levels.map((held, index) => reading(held, index, index === 0 || quiet));
  const ok = 10 * loaded.length;
  return {
    groups: [{ type: 'REG', class: 'regular', pattern: '/a', name: '/a' }],
    lives,
    idle: [idle],
    blocks: [{ requests: { sent: ok, ok, failed: 0 }, readings: loaded, survivors: null }],
    settle: settle.map((held, index) => reading(held, levels.length + index)),
  };
}

const workers = [life(6, 'master', 1), life(7, 'worker', 6), life(8, 'worker', 6), life(9, 'worker', 6)];
const gained = (measurement: Measurement) => growthOf(measurement).steps.map(({ growth }) => growth?.[0] ?? null);

describe('growth inside lives', () => {
  it('is the sum of what each life gained', () => {
    expect(
      gained(
        measured(workers, [
          { 0: 3, 1: 5, 2: 5 },
          { 0: 3, 1: 9, 2: 6 },
          { 0: 4, 1: 9, 2: 9 },
        ]),
      ),
    ).toEqual([5, 4]);
  });

  it('takes no notice of what a process on its way out has closed', () => {
    const leaving = measured(workers, [
      { 0: 3, 1: 5, 2: 5 },
      { 0: 3, 1: 15, 2: 5 },
      { 0: 3, 1: 0, 2: 15 },
      { 0: 3, 1: 0, 2: 25 },
      { 0: 3, 2: 35, 3: 2 },
      { 0: 3, 2: 45, 3: 2 },
    ]);
    // One listener in each, which the first worker closes before it ends.
    const withListener = (reading: Reading): Reading => ({
      ...reading,
      levels: reading.levels.map((level) => ({
        ...level,
        counts: [...(level.counts ?? []), level.counts?.[0] ? 1 : 0],
      })),
    });
    const [block] = leaving.blocks;
    const found = gained({
      ...leaving,
      groups: [...leaving.groups, { type: 'IPv4', class: 'inet', pattern: '*:80', name: '*:80' }],
      idle: leaving.idle.map(withListener),
      blocks: [{ ...block, readings: block.readings.map(withListener) }],
    });
    expect(found.every((growth) => growth === null || growth >= 0)).toBe(true);
    expect(Math.max(...found.map((growth) => growth ?? 0))).toBeGreaterThan(0);
  });

  it('does not count a death as a loss nor a birth as a gain', () => {
    const found = measured(workers, [
      { 0: 3, 1: 50 },
      { 0: 3, 2: 9 },
      { 0: 3, 2: 19 },
      { 0: 3, 2: 29 },
      { 0: 3, 2: 39 },
    ]);
    expect(gained(found)).toEqual([null, null, null, 10]);
    expect(growthOf(found).recycled).toBe(1);
  });

  it('lets the workers that were followed stand for those that were not', () => {
    const levels = [
      { 1: 5, 2: 5 },
      { 1: 10, 2: 10 },
      { 1: 15, 2: 15 },
      { 1: 20, 2: 20 },
      { 1: 25, 3: 7 },
      { 1: 30, 3: 12 },
    ];
    expect(gained(measured(workers, levels)).at(-2)).toBe(10);
  });

  it('is unknown where no life could be read', () => {
    expect(gained(measured(workers, [{ 1: 5 }, { 1: null }, { 1: null }]))).toEqual([null, null]);
  });

  it('looks at quiet readings alone', () => {
    expect(growthOf(measured(workers, [{ 1: 5 }, { 1: 90 }], [], false)).steps).toEqual([]);
  });

  it('takes the lowest of a few readings of one level', () => {
    const measurement = measured(workers, [{ 1: 5 }, { 1: 9 }]);
    const [block] = measurement.blocks;
    const higher = { ...block.readings[0], levels: [{ life: 1, counts: [12], work: null }] };
    const both = { ...measurement, blocks: [{ ...block, readings: [...block.readings, higher] }] };
    expect(gained(both)).toEqual([4]);
  });

  it('counts the lives that grew, and says when none is left', () => {
    const found = growthOf(
      measured(workers, [
        { 0: 3, 1: 5, 2: 5 },
        { 0: 3, 1: 9, 2: 6 },
      ]),
    );
    expect(found).toMatchObject({ grownLives: [2], lost: false });
    expect(growthOf(measured(workers, [{ 1: 5 }, {}])).lost).toBe(true);
  });

  it('says what the settle took from the lives that lived through it', () => {
    const settle = [{ 1: 9, 2: 9 }, { 1: 6 }];
    expect(
      growthOf(
        measured(
          workers,
          [
            { 1: 5, 2: 5 },
            { 1: 9, 2: 9 },
          ],
          settle,
        ),
      ).gaveBack,
    ).toEqual([3]);
  });
});
