import { describe, expect, it } from 'vitest';
import { managersOf } from '../../../src/measure/churn/watched-managers.ts';

const nobody = () => false;

describe('the managers among the watched', () => {
  it.each([
    ['one', [[10, 1]], [10]],
    [
      'one with its workers',
      [
        [10, 1],
        [11, 10],
        [12, 10],
        [13, 11],
      ],
      [10],
    ],
    [
      'two of them',
      [
        [10, 1],
        [11, 10],
        [20, 2],
      ],
      [10, 20],
    ],
    [
      'workers of one that is not watched',
      [
        [11, 10],
        [12, 10],
      ],
      [10],
    ],
    ['one worker of such', [[11, 10]], [11]],
    [
      'children of init',
      [
        [11, 1],
        [12, 1],
      ],
      [11, 12],
    ],
    ['one whose parent is not known', [[10, null]], [10]],
    ['nobody', [], []],
  ] as const)('are found: %s', (_, watched, managers) => {
    expect(
      managersOf(
        watched.map(([pid, ppid]) => ({ pid, ppid })),
        nobody,
      ),
    ).toEqual(managers);
  });

  it('are no siblings of ours', () => {
    const watched = [11, 12].map((pid) => ({ pid, ppid: process.ppid }));
    expect(managersOf(watched, nobody)).toEqual([11, 12]);
  });

  it('are not those of a family that is followed, and neither are its children', () => {
    // The manager 20 has been killed: its workers 21 and 22 are children of a subreaper now, 23 was just begun by 22.
    const watched = [
      { pid: 21, ppid: 7 },
      { pid: 22, ppid: 7 },
      { pid: 23, ppid: 22 },
      { pid: 30, ppid: 7 },
    ];
    expect(managersOf(watched, (pid) => pid === 21 || pid === 22)).toEqual([30]);
    // Workers that are watched without their manager.
    expect(managersOf(watched.slice(0, 2), (pid) => pid === 7)).toEqual([]);
  });
});
