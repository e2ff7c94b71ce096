import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinGroups } from '../../../src/analysis/leak-rule/join-groups.ts';
import type { Measurement, Reading, TargetGroup } from '../../../src/analysis/leak-rule/measurement.ts';

const file = (pattern: string, name = pattern): TargetGroup => ({ type: 'REG', class: 'regular', pattern, name });

/** One life, its levels before the load, after each block and after the settle, by group. */
function measurement(levels: readonly (readonly [TargetGroup, ...number[]])[]): Measurement {
  const steps = (levels[0]?.length ?? 1) - 1;
  const at = (step: number): Reading => ({
    seconds: step,
    ok: step * 10,
    quiet: true,
    levels: [
      { life: 0, counts: levels.map((row) => row[step + 1] as number), work: null },
      { life: 1, counts: null, work: null },
    ],
  });
  const gained = (row: readonly [TargetGroup, ...number[]], step: number) =>
    Math.max(0, (row[step + 1] as number) - (row[step] as number));
  return {
    groups: levels.map(([group]) => group),
    lives: [{ pid: 7, startTime: null, command: 'x', parent: 1 }],
    idle: [at(0)],
    blocks: Array.from({ length: steps - 1 }, (_, i) => ({
      requests: { sent: 10, ok: 10, failed: 0 },
      readings: [at(i + 1)],
      survivors: i === 1 ? null : levels.map((row) => ({ opened: gained(row, i + 1), kept: gained(row, i + 1) })),
    })),
    settle: [at(steps - 1)],
  };
}

const joined = (...levels: Parameters<typeof measurement>[0][number][]) => {
  const { measurement: made, place } = joinGroups(measurement(levels));
  return { patterns: made.groups.map(({ pattern }) => pattern), place, last: made.settle[0]?.levels[0]?.counts };
};

describe('strays', () => {
  const host = [file('/tmp/upload-*', '/tmp/upload-x7Kq'), 0, 10, 20] as const;

  it('belong to the larger group whose pattern they fit', () => {
    expect(
      joined([...host], [file('/tmp/upload-LopgmM'), 0, 0, 1], [file('/tmp/upload-*_', '/tmp/upload-a9_'), 0, 2, 4]),
    ).toEqual({ patterns: ['/tmp/upload-*'], place: [0, 0, 0], last: [25] });
  });

  it.each<[string, readonly [TargetGroup, number, number, number]]>([
    ['another folder', [file('/srv/upload-LopgmM'), 0, 0, 1]],
    ['another name', [file('/tmp/download-x'), 0, 0, 1]],
    ['something that was open before the load', [file('/tmp/upload-LopgmM'), 1, 1, 1]],
    ['one name that is open often', [file('/tmp/upload-LopgmM'), 0, 3, 6]],
    ['a larger one', [file('/tmp/upload-*-*', '/tmp/upload-a-b'), 0, 30, 60]],
    ['another type', [{ ...file('/tmp/upload-LopgmM'), type: 'DIR', class: 'directory' }, 0, 0, 1]],
    ['one that is deleted', [file('/tmp/upload-LopgmM (deleted)'), 0, 0, 1]],
  ])('are none: %s', (_, other) => {
    expect(joined([...host], [...other]).place).toEqual([0, 1]);
  });

  it('with characters that a glob would read are taken by the letter', () => {
    const odd = [file('/tmp/up[0]?-*', '/tmp/up[0]?-x7Kq'), 0, 10, 20] as const;
    expect(joined([...odd], [file('/tmp/up[0]?-LopgmM'), 0, 0, 1], [file('/tmp/up0a-LopgmM'), 0, 0, 1]).place).toEqual([
      0, 0, 1,
    ]);
  });
});

describe('many groups of few', () => {
  const words = ['amber', 'birch', 'cedar', 'delta', 'ember', 'fjord', 'grove'];

  it('in one folder are one whose names do not fold', () => {
    const { patterns, last } = joined(...words.map((word) => [file(`/srv/${word}`), 0, 0, 1] as const));
    expect([patterns, last]).toEqual([['/srv/*'], [7]]);
  });

  it('in many folders are one, too', () => {
    expect(joined(...words.map((word) => [file(`/${word}/a`), 0, 0, 1] as const)).patterns).toEqual(['*']);
    expect(joined(...words.map((word) => [file(`/${word}/a (deleted)`), 0, 0, 1] as const)).patterns).toEqual([
      '* (deleted)',
    ]);
  });

  it('stay apart where they are five, or hold more', () => {
    expect(joined(...words.slice(0, 5).map((word) => [file(`/srv/${word}`), 0, 0, 1] as const)).patterns).toHaveLength(
      5,
    );
    expect(joined(...words.map((word) => [file(`/srv/${word}`), 0, 0, 3] as const)).patterns).toHaveLength(7);
  });

  it('go into the group that has their pattern already', () => {
    const all = words.map((word) => [file(`/srv/${word}`), 1, 1, 1] as const);
    expect(joined([file('/srv/*', '/srv/x7'), 0, 10, 20], ...all)).toEqual({
      patterns: ['/srv/*'],
      place: Array(8).fill(0),
      last: [27],
    });
  });
});

describe('joined groups', () => {
  const names = fc.constantFrom(
    '/tmp/a-*',
    '/tmp/a-b',
    '/tmp/a-c',
    '/srv/x',
    '/srv/y',
    '/srv/z',
    '/q/1',
    '/q/2',
    '/q/3',
    '/r/*',
  );
  const rows = fc.uniqueArray(fc.tuple(names, fc.array(fc.nat(12), { minLength: 4, maxLength: 4 })), {
    selector: ([name]) => name,
    minLength: 1,
  });

  it('hold together what they held apart, at every moment', () => {
    fc.assert(
      fc.property(rows, (given) => {
        const before = measurement(given.map(([name, levels]) => [file(name), ...levels] as const));
        const { measurement: after, place } = joinGroups(before);
        const totals = ({ idle, blocks, settle }: Measurement) =>
          [...idle, ...blocks.flatMap(({ readings }) => readings), ...settle].map(({ levels }) =>
            levels.map(({ counts }) => counts?.reduce((sum, count) => sum + count, 0)),
          );
        expect(totals(after)).toEqual(totals(before));
        const opened = ({ blocks }: Measurement) =>
          blocks.map(({ survivors }) => survivors?.reduce((sum, one) => sum + one.opened, 0));
        expect(opened(after)).toEqual(opened(before));
        expect(place).toHaveLength(before.groups.length);
        expect(new Set(place).size).toBe(after.groups.length);
        for (const { levels } of after.settle)
          for (const { counts } of levels) if (counts) expect(counts).toHaveLength(after.groups.length);
      }),
    );
  });

  it('are the same measurement where nothing is joined', () => {
    const alone = measurement([[file('/srv/cat.jpg'), 0, 10, 20]]);
    expect(joinGroups(alone).measurement).toBe(alone);
  });
});
