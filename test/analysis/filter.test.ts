import { describe, expect, it } from 'vitest';
import { choosesRows, filterRows, isFiltering, type RowFilter } from '../../src/analysis/filter.ts';
import type { ProcessFact } from '../../src/model/process.ts';
import { collector } from '../support/collected.ts';
import { feed, type TestRow } from '../support/rows.ts';

const ROWS: TestRow[] = [
  { pid: 1, command: 'nginx', user: 'root', fd: '3r', type: 'REG', name: '/var/log/a/b.log' },
  { pid: 1, command: 'nginx', user: 'root', fd: '4u', type: 'IPv4', name: '*:80 (LISTEN)' },
  { pid: 2, command: 'node', user: 'www', fd: '5u', type: 'FIFO', name: 'pipe' },
  { pid: 2, command: 'node', user: 'www', fd: '6r', type: 'REG', name: '/tmp/a\\x20b (deleted)' },
  { pid: 3, command: 'Node', user: 'www', fd: '7r', type: 'DIR', name: '/tmp' },
];

function kept(filter: RowFilter, facts: readonly ProcessFact[] = [], late = false) {
  const collected = collector();
  const front = filterRows(filter, collected);
  if (!late) for (const fact of facts) front.process(fact);
  feed(front, ROWS, 2);
  if (late) for (const fact of facts) front.process(fact);
  return { fds: collected.rowLines.map((line) => line.split(' ')[2]), facts: collected.facts };
}

describe('filterRows', () => {
  it('lets everything through without a condition', () => {
    expect(kept({ pid: [], name: [] }).fds).toHaveLength(5);
    expect(isFiltering({ command: [] })).toBe(false);
  });

  it('takes values of one key as alternatives and keys together', () => {
    expect(kept({ pid: [1, 3] }).fds).toEqual(['3r', '4u', '7r']);
    expect(kept({ command: ['n*'] }).fds).toEqual(['3r', '4u', '5u', '6r']);
    expect(kept({ user: ['www'], type: ['REG', 'FIFO'] }).fds).toEqual(['5u', '6r']);
    expect(kept({ class: ['inet', 'pipe'] }).fds).toEqual(['4u', '5u']);
    expect(kept({ class: ['reg*'], command: ['nginx'] }).fds).toEqual(['3r']);
  });

  it('matches names whole, across slashes, against the target and against what was printed', () => {
    expect(kept({ name: ['/var/*.log'] }).fds).toEqual(['3r']);
    expect(kept({ name: ['/tmp/a b'] }).fds).toEqual(['6r']);
    expect(kept({ name: ['*(deleted)'] }).fds).toEqual(['6r']);
    expect(kept({ name: ['*:80'] }).fds).toEqual(['4u']);
    expect(kept({ name: ['tmp'] }).fds).toEqual([]);
  });

  it('drops counts of whole processes where it chooses among rows', () => {
    const fact: ProcessFact = { pid: 2, command: 'node', descriptors: 9, listed: 9, aboveLimit: 1, softLimit: 64 };
    expect(kept({ class: ['pipe'] }, [fact]).facts).toEqual([{ pid: 2, command: 'node', softLimit: 64 }]);
    expect(kept({ pid: [2] }, [fact]).facts).toEqual([fact]);
    expect(choosesRows({ name: ['*'] })).toBe(true);
    expect(choosesRows({ pid: [1], command: ['x'], user: ['y'] })).toBe(false);
  });

  it('holds limits back until the process they belong to is known', () => {
    const facts: ProcessFact[] = [1, 2, 99].map((pid) => ({ pid, softLimit: 1024 }));
    expect(kept({ command: ['node'] }, facts).facts.map(({ pid }) => pid)).toEqual([2]);
    expect(kept({ command: ['node'] }, facts, true).facts.map(({ pid }) => pid)).toEqual([2]);
    expect(kept({ user: ['root'] }, facts).facts.map(({ pid }) => pid)).toEqual([1]);
  });
});
