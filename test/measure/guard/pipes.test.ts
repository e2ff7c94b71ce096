import { describe, expect, it } from 'vitest';
import type { GuardBudget } from '../../../src/analysis/guard/budget.ts';
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
