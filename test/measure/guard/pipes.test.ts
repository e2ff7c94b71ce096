import { describe, expect, it } from 'vitest';
import type { GuardBudget } from '../../../src/analysis/guard/budget.ts';
import { managersOf } from '../../../src/measure/guard/exits.ts';
import { pipeCollector } from '../../../src/measure/guard/pipes.ts';
import type { FullestReading } from '../../../src/measure/pipes/fullest.ts';

const BUDGET: GuardBudget = { kind: 'pipe', limit: 0.9, per: null, folder: null };
const NOTHING: FullestReading = { fullest: null, read: 0, unread: 0, refused: 0, why: null };
const HOLDER = { pid: 7, command: 'app', user: 'www', fd: 4, access: 'w' } as const;
const FULL = { share: 1, full: true, queued: 65_185, capacity: 65_536, inode: '99', name: null, holders: [HOLDER] };

function collect(reading: Partial<FullestReading>, { pids = null as readonly number[] | null, capable = true } = {}) {
  const eyes = { root: '/proc', pids: () => pids, capable };
  return pipeCollector(BUDGET, eyes, async () => ({ ...NOTHING, ...reading })).collect(0);
}

describe('the fullest pipe', () => {
  it('is told with its holder', async () => {
    expect(await collect({ fullest: FULL, read: 3 })).toMatchObject([
      {
        value: 1,
        partial: false,
        blind: null,
        detail: 'pipe 99 of app 7, 63.7 KiB of 64.0 KiB',
        evidence: { full: true, holders: [{ pid: 7, command: 'app', fd: 4, access: 'w' }], read: 3 },
      },
    ]);
  });

  it('is none where there is no pipe, and cannot be told where none can be read', async () => {
    expect(await collect({})).toMatchObject([{ value: 0, detail: null }]);
    await expect(collect({ why: 'no way to ask' })).rejects.toThrow('no way to ask');
    expect(await collect({}, { pids: [] })).toEqual([]);
  });

  it('may not be the fullest where some could not be read', async () => {
    expect(await collect({ fullest: FULL, unread: 1 })).toMatchObject([{ partial: true, blind: null }]);
    expect(await collect({ refused: 5 })).toMatchObject([{ partial: true, blind: null }]);
    expect(await collect({ refused: 5 }, { capable: false })).toMatchObject([
      { blind: '5 processes cannot be looked into (no permission)' },
    ]);
    // Others than the watched may refuse.
    expect(await collect({ refused: 5 }, { capable: false, pids: [process.pid] })).toMatchObject([{ blind: null }]);
  });
});

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
    expect(managersOf(watched.map(([pid, ppid]) => ({ pid, ppid })))).toEqual(managers);
  });

  it('are no siblings of ours', () => {
    const watched = [11, 12].map((pid) => ({ pid, ppid: process.ppid }));
    expect(managersOf(watched)).toEqual([11, 12]);
  });
});
