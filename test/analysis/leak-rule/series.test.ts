import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeMeasurement } from '../../../src/analysis/leak-rule/leak-rule.ts';
import type { Measurement, Reading } from '../../../src/analysis/leak-rule/measurement.ts';
import { measurementOf, seriesOf } from '../../../src/analysis/leak-rule/series.ts';
import { DESCRIPTOR_CLASSES } from '../../../src/model/descriptor-class.ts';
import type { SeriesItem } from '../../../src/model/series.ts';
import { SeriesLineReader, seriesLine } from '../../../src/model/series-line.ts';
import { measure } from '../../support/leak-simulation/measure.ts';
import { HEALTHY, LEAKING } from '../../support/leak-simulation/scenarios.ts';

const word = fc.string({ unit: 'grapheme', maxLength: 12 });
const count = fc.nat({ max: 2 ** 40 });

/** Any measurement: lives come and go, return, cannot be read; blocks without readings; groups that nobody holds. */
const measurements: fc.Arbitrary<Measurement> = fc
  .record({
    groups: fc.array(
      fc.record({ type: word, class: fc.constantFrom(...DESCRIPTOR_CLASSES), pattern: word, name: word }),
      {
        maxLength: 4,
      },
    ),
    lives: fc.array(
      fc.record({
        pid: fc.nat(),
        startTime: fc.option(word),
        command: word,
        parent: fc.option(fc.nat()),
      }),
      { maxLength: 4 },
    ),
  })
  .chain(({ groups, lives }) => {
    const levels = fc
      .tuple(
        ...lives.map((_, life) =>
          fc.option(
            fc.record({
              life: fc.constant(life),
              counts: fc.option(fc.array(fc.nat({ max: 3 }), { minLength: groups.length, maxLength: groups.length })),
              work: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true, min: 0 })),
            }),
          ),
        ),
      )
      .map((present) => present.filter((level) => level !== null));
    const reading = fc.record({ ok: count, quiet: fc.boolean(), levels });
    const survivors = fc.array(fc.record({ opened: count, kept: count }), {
      minLength: groups.length,
      maxLength: groups.length,
    });
    const readings = fc.array(reading, { maxLength: 4 });
    return fc
      .record({
        idle: readings,
        blocks: fc.array(
          fc.record({
            requests: fc.record({ sent: count, ok: count, failed: count }),
            readings,
            survivors: fc.option(survivors),
          }),
          { maxLength: 3 },
        ),
        settle: readings,
        step: fc.double({ min: 0, max: 1e6, noNaN: true }),
      })
      .map(({ idle, blocks, settle, step }) => {
        let seconds = 0;
        const timed = (list: readonly Omit<Reading, 'seconds'>[]): Reading[] =>
          list.map((one) => {
            seconds += step;
            return { ...one, seconds };
          });
        return {
          groups,
          lives,
          idle: timed(idle),
          blocks: blocks.map((block) => ({ ...block, readings: timed(block.readings) })),
          settle: timed(settle),
        };
      });
  });

/** Through the lines of a file and back. */
function saved(items: readonly SeriesItem[]): SeriesItem[] {
  const reader = new SeriesLineReader();
  return items.map((item) => {
    const again = reader.read(JSON.parse(seriesLine(item)));
    if (again === null) throw new Error('passed over');
    return again;
  });
}

describe('a measurement as a series', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(measurements, (measurement) => {
        expect(measurementOf(seriesOf(measurement))).toEqual(measurement);
      }),
    );
  });

  it('comes back from a file as it was', () => {
    fc.assert(
      fc.property(measurements, (measurement) => {
        const items = seriesOf(measurement);
        expect(saved(items)).toEqual(items);
        expect(measurementOf(saved(items))).toEqual(measurement);
      }),
    );
  });

  it('tells only what changed', () => {
    const levels = [{ life: 0, counts: [2], work: 1 }];
    const reading = { ok: 0, quiet: true, levels };
    const series = seriesOf({
      groups: [{ type: 'REG', class: 'regular', pattern: '/a', name: '/a' }],
      lives: [{ pid: 1, startTime: null, command: 'a', parent: null }],
      idle: [
        { ...reading, seconds: 1 },
        { ...reading, seconds: 2 },
      ],
      blocks: [],
      settle: [],
    });
    expect(series.at(-1)).toMatchObject({ seconds: 2, levels: [], names: [], work: [], gone: [] });
  });
});

describe('a saved probe', () => {
  it('is judged as it was when it was fresh', () => {
    for (const scenario of [...HEALTHY.slice(0, 3), ...LEAKING.slice(0, 3)]) {
      const measurement = measure(scenario.server, 1, scenario.plan);
      expect(judgeMeasurement(measurementOf(saved(seriesOf(measurement))))).toEqual(judgeMeasurement(measurement));
    }
  });
});
