import { describe, expect, it } from 'vitest';
import { joinGroups } from '../../../src/analysis/leak-rule/join-groups.ts';
import type { Measurement, Reading } from '../../../src/analysis/leak-rule/measurement.ts';

/** Levels of each pattern before the load, after it and after the settle. */
function measured(levels: Readonly<Record<string, readonly [number, number, number]>>): Measurement {
  const groups = Object.keys(levels).map((pattern) => ({
    type: 'REG',
    class: 'regular' as const,
    pattern,
    name: pattern.replaceAll('*', 'q7'),
  }));
  const reading = (moment: 0 | 1 | 2, ok: number): Reading => ({
    seconds: moment,
    ok,
    quiet: true,
    levels: [{ life: 0, counts: Object.values(levels).map((level) => level[moment]), work: null }],
  });
  return {
    groups,
    lives: [{ pid: 1, startTime: null, command: 'served', parent: null }],
    idle: [reading(0, 0)],
    blocks: [{ requests: { sent: 50, ok: 50, failed: 0 }, readings: [reading(1, 50)], survivors: null }],
    settle: [reading(2, 50)],
  };
}

function levelsAfter(measurement: Measurement): Record<string, number | undefined> {
  const [{ levels }] = measurement.blocks[0].readings;
  return Object.fromEntries(measurement.groups.map(({ pattern }, group) => [pattern, levels[0].counts?.[group]]));
}

describe('groups that are one thing under several names', () => {
  it('takes siblings that fit into the larger one, those that were there before too if they left', () => {
    const { measurement, place } = joinGroups(
      measured({
        '/tmp/upload-*': [20, 40, 40],
        '/tmp/upload-*_': [0, 5, 5],
        '/tmp/upload-bisbee': [1, 0, 0],
        '/tmp/upload-gander': [0, 1, 1],
      }),
    );
    expect(levelsAfter(measurement)).toEqual({ '/tmp/upload-*': 46 });
    expect(place).toEqual([0, 0, 0, 0]);
  });

  it('leaves alone what stayed open all the time, and other folders', () => {
    const levels = {
      '/tmp/upload-*': [20, 40, 40],
      '/tmp/upload-index': [1, 1, 1],
      '/srv/upload-gander': [0, 1, 1],
    } as const;
    expect(levelsAfter(joinGroups(measured(levels)).measurement)).toEqual({
      '/tmp/upload-*': 40,
      '/tmp/upload-index': 1,
      '/srv/upload-gander': 1,
    });
  });

  it('makes one of many that share nothing but their folder, beside a larger one that they do not fit', () => {
    const words = ['ash', 'beech', 'cedar', 'elder', 'fir', 'gean'];
    const { measurement } = joinGroups(
      measured({
        '/tmp/upload-*': [20, 40, 40],
        ...Object.fromEntries(words.map((word) => [`/tmp/${word}`, [0, 1, 1] as const])),
      }),
    );
    expect(levelsAfter(measurement)).toEqual({ '/tmp/upload-*': 40, '/tmp/*': 6 });
  });
});
