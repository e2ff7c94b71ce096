import { describe, expect, it } from 'vitest';
import { findingsOf } from '../../support/findings.ts';
import { regular, type TestRow, times } from '../../support/rows.ts';

const anonymous = (count: number, name: string): TestRow[] =>
  times(count, (fd) => ({ pid: 1, command: 'srv', fd: `${fd}u`, type: 'a_inode', device: '0,14', node: '9', name }));
const find = (rows: readonly TestRow[]) => findingsOf('event-flood', rows);

describe('event-flood', () => {
  it.each([
    ['[eventpoll]', 'epoll', 64],
    ['[eventfd]', 'eventfd', 256],
    ['[timerfd]', 'timerfd', 64],
    ['inotify', 'inotify', 32],
    ['[signalfd]', 'signalfd', 32],
    ['[pidfd:77]', 'pidfd', 128],
  ])('%s: %s from %i', (name, kind, least) => {
    expect(find(anonymous(least - 1, name))).toEqual([]);
    expect(find(anonymous(least, name))).toMatchObject([
      { severity: 'info', target: kind, evidence: { class: kind, count: least } },
    ]);
    expect(find(anonymous(least * 4, name))[0]?.severity).toBe('warning');
  });

  it('is silent where they are a small part of a large program', () => {
    const files = times(400, (fd) => regular(1, 1000 + fd, `/data/${fd}`));
    expect(find([...anonymous(64, '[eventpoll]'), ...files])).toEqual([]);
  });
});
