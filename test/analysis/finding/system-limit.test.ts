import { describe, expect, it } from 'vitest';
import type { SystemFact } from '../../../src/model/process.ts';
import { findingsOf, LIVE } from '../../support/findings.ts';
import { times } from '../../support/rows.ts';

const system = (fact: SystemFact) => ({ ...LIVE, system: fact });
const file = (openFiles: number, fileMax: number) => findingsOf('system-limit', [], [], system({ openFiles, fileMax }));

describe('system-limit', () => {
  it('warns at 80 % of file-max and shouts at 90 %', () => {
    expect(file(79, 100)).toEqual([]);
    expect(file(80, 100)[0]).toMatchObject({ severity: 'warning', pid: null, evidence: { limit: 'system' } });
    expect(file(90, 100)[0]?.severity).toBe('critical');
  });

  it('knows that LONG_MAX is no limit', () => {
    expect(file(2 ** 62, 2 ** 63)).toEqual([]);
  });
});

describe('inotify-limit', () => {
  const instances = (user: string, pid: number, count: number) =>
    times(count, (fd) => ({ pid, user, command: 'w', fd: `${fd}r`, type: 'a_inode', name: 'inotify' }));
  const found = (rows: ReturnType<typeof instances>) =>
    findingsOf('inotify-limit', rows, [], system({ inotifyInstances: 128 }));

  it('sums the instances of a user over processes', () => {
    const rows = [...instances('ann', 1, 60), ...instances('ann', 2, 50), ...instances('bob', 3, 90)];
    expect(found(rows)).toMatchObject([
      {
        severity: 'warning',
        evidence: { limit: 'inotify', user: 'ann', instances: 110, processes: 2, maxUserInstances: 128 },
      },
    ]);
    expect(found(instances('bob', 3, 102))).toEqual([]);
    expect(found(instances('bob', 3, 128))[0]?.severity).toBe('critical');
  });
});
