import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Alarm, type AlarmRule, isBeyond } from '../../../src/analysis/guard/alarm.ts';

const RULE: AlarmRule = { side: 'most', limit: 10, clear: 9, sustained: 0, cooldown: 0, gap: 3 };
const FOR_3: Partial<AlarmRule> = { sustained: 3 };

type Value = number | null | 'gone';

/** A value for each second, where `.` is a second without a sample and `?` a sample that knows nothing; `x`: it is gone. */
function series(text: string): (readonly [number, Value])[] {
  const values = text.trim().split(/\s+/);
  return values.flatMap((word, second): (readonly [number, Value])[] => {
    if (word === '.') return [];
    return [[second, word === '?' ? null : word === 'x' ? 'gone' : Number(word)]];
  });
}

function changes(rule: Partial<AlarmRule>, samples: readonly (readonly [number, Value])[]): string[] {
  const alarm = new Alarm({ ...RULE, ...rule });
  return samples.flatMap(([seconds, value]) => {
    const change = value === 'gone' ? alarm.lose(seconds) : alarm.observe(value, seconds);
    return change === null ? [] : [`${change} ${seconds}`];
  });
}

describe('an alarm over a series', () => {
  it.each<[string, Partial<AlarmRule>, string, string[]]>([
    ['stays silent below', {}, '5 9 9.9 5', []],
    ['stays silent at the limit', {}, '10 10 10', []],
    ['rings once above it', {}, '5 10.01 11 50 11', ['alert 1']],
    ['is not over at the limit', {}, '11 10 10 10', ['alert 0']],
    ['is not over just below it', {}, '11 9.5 9.1 9.01', ['alert 0']],
    ['is over where it is clearly below', {}, '11 9 9', ['alert 0', 'clear 1']],
    ['rings again', {}, '11 5 11 5', ['alert 0', 'clear 1', 'alert 2', 'clear 3']],
    ['rings at the first sample', {}, '11', ['alert 0']],

    ['waits for the sustained time', FOR_3, '11 11 11 11 11', ['alert 3']],
    ['does not ring a second before it', FOR_3, '11 11 11 5 5', []],
    ['begins anew at the limit', FOR_3, '11 11 11 10 11 11 11 11', ['alert 7']],
    ['waits for it before it is over', FOR_3, '11 11 11 11 5 5 5 5', ['alert 3', 'clear 7']],
    ['waits anew after one above', FOR_3, '11 11 11 11 5 5 11 5 5 5 5', ['alert 3', 'clear 10']],
    ['waits anew after one between', FOR_3, '11 11 11 11 5 5 9.5 5 5 5 5', ['alert 3', 'clear 10']],

    ['flaps without ringing', FOR_3, '11 5 11 5 11 5 11 5 11', []],
    ['flaps without being over', FOR_3, '11 11 11 11 5 11 5 11 5 11', ['alert 3']],
    ['flaps between limit and clear', {}, '11 9.5 11 9.5 11', ['alert 0']],

    ['counts no time without samples', FOR_3, '11 . . . . . 11', []],
    ['goes on after a gap from there', FOR_3, '11 11 . . . . 11 11 11 11', ['alert 9']],
    ['is not over after a gap', FOR_3, '11 11 11 11 5 . . . . . . 5', ['alert 3']],
    ['bridges what is no gap', FOR_3, '11 . . 11 11', ['alert 3']],
    ['learns nothing of unknown values', FOR_3, '11 ? ? 11', ['alert 3']],
    ['learns nothing of them for long', FOR_3, '11 ? ? ? ? ? 11', []],
    ['stands while nothing is known', {}, '11 ? ? ? ? ? ?', ['alert 0']],
    ['takes NaN for unknown', {}, '11 NaN NaN 11', ['alert 0']],
    ['takes no end for above', {}, '5 Infinity', ['alert 1']],

    ['is over when the target is gone', {}, '11 11 x', ['alert 0', 'clear 2']],
    ['is over at once then', FOR_3, '11 11 11 11 x', ['alert 3', 'clear 4']],
    ['says nothing of one that did not ring', FOR_3, '11 11 x', []],
    ['waits anew after a restart', FOR_3, '11 11 x 11 11 11 11', ['alert 6']],

    ['keeps its distance', { cooldown: 5 }, '11 5 11 5 11 5 11 5', ['alert 0', 'clear 5']],
    ['is over when the distance is', { cooldown: 5 }, '11 5 5 5 5 5 5', ['alert 0', 'clear 5']],
    [
      'rings again when the distance is over',
      { cooldown: 5 },
      '11 5 5 5 5 5 11 11 11 11 11',
      ['alert 0', 'clear 5', 'alert 10'],
    ],
    [
      'keeps its distance to one that is gone',
      { cooldown: 5 },
      '11 x 11 11 11 11 11',
      ['alert 0', 'clear 1', 'alert 6'],
    ],

    ['counts up to a least value', { side: 'least', clear: 11 }, '12 10 9.9 10.5 11', ['alert 2', 'clear 4']],
    ['takes no end for enough', { side: 'least', clear: 11 }, '9 Infinity', ['alert 0', 'clear 1']],
    ['has a limit of nothing', { limit: 0, clear: 0 }, '0 1 0', ['alert 1', 'clear 2']],
  ])('%s', (_, rule, text, expected) => {
    expect(changes(rule, series(text))).toEqual(expected);
  });

  it('takes a clock that goes back for a gap', () => {
    const back = [
      [100, 11],
      [101, 11],
      [50, 11],
      [51, 11],
      [52, 11],
      [53, 11],
    ] as const;
    expect(changes(FOR_3, back)).toEqual(['alert 53']);
    expect(
      changes({ cooldown: 30 }, [
        [100, 11],
        [50, 5],
        [51, 5],
      ]),
    ).toEqual(['alert 100', 'clear 50']);
  });

  it('adds up tenths of a second', () => {
    const tenths = Array.from({ length: 31 }, (_, index) => [1000 + index / 10, 11] as const);
    expect(changes(FOR_3, tenths)).toEqual(['alert 1003']);
  });
});

describe('any series', () => {
  const steps = fc.array(
    fc.record({
      step: fc.oneof(fc.constant(1), fc.constant(1), fc.double({ min: 0.1, max: 8, noNaN: true })),
      value: fc.oneof(
        fc.constant(null),
        fc.constant('gone' as const),
        fc.constantFrom(0, 8.9, 9, 9.5, 10, 10.1, 50, Number.NaN, Number.POSITIVE_INFINITY),
      ),
    }),
    { maxLength: 120 },
  );
  const rules = fc.record({
    sustained: fc.constantFrom(0, 1, 3),
    cooldown: fc.constantFrom(0, 4),
    gap: fc.constantFrom(2, 5),
  });

  it('rings only with a reason, by turns, and at a distance', () => {
    fc.assert(
      fc.property(steps, rules, (taken, times) => {
        const rule = { ...RULE, ...times };
        const alarm = new Alarm(rule);
        let seconds = 0;
        let changed = Number.NEGATIVE_INFINITY;
        const seen: (readonly [number, Value])[] = [];
        for (const { step, value } of taken) {
          seconds += step;
          seen.push([seconds, value]);
          const before = alarm.standing;
          const change = value === 'gone' ? alarm.lose(seconds) : alarm.observe(value, seconds);
          if (change === null) {
            expect(alarm.standing).toBe(before);
            continue;
          }
          expect(change).toBe(before ? 'clear' : 'alert');
          expect(alarm.standing).toBe(!before);
          if (value === 'gone') {
            expect(change).toBe('clear');
          } else {
            expect(seconds - changed).toBeGreaterThanOrEqual(rule.cooldown - 1e-5);
            // Told again without the machine: everything known in the sustained time before is in the zone, without a gap.
            const zone = (one: number): boolean => (change === 'alert' ? isBeyond('most', one, 10) : one <= 9);
            const run = runBefore(seen, zone, rule.gap);
            expect(seconds - run).toBeGreaterThanOrEqual(rule.sustained - 1e-5);
          }
          changed = seconds;
        }
      }),
      { numRuns: 500 },
    );
  });
});

/** Begin of the run of known values in a zone that ends a series. */
function runBefore(seen: readonly (readonly [number, Value])[], zone: (value: number) => boolean, gap: number): number {
  let begin = Number.POSITIVE_INFINITY;
  for (const [seconds, value] of seen.toReversed()) {
    if (value === null || Number.isNaN(value)) continue;
    if (value === 'gone' || !zone(value) || begin - seconds > gap) {
      if (begin !== Number.POSITIVE_INFINITY) break;
    }
    if (value !== 'gone') begin = seconds;
  }
  return begin;
}
