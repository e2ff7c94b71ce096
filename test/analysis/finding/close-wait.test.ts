import { describe, expect, it } from 'vitest';
import { findingsOf } from '../../support/findings.ts';
import { type TestRow, times } from '../../support/rows.ts';

const socket = (fd: number, name: string, more: Partial<TestRow> = {}): TestRow => ({
  pid: 1,
  command: 'srv',
  fd: `${fd}u`,
  type: 'IPv4',
  node: 'TCP',
  name,
  ...more,
});
const server = (count: number, state: string) =>
  times(count, (i) => socket(i, `10.0.0.1:8080->10.0.0.9:${40_000 + i} (${state})`));

describe('close-wait', () => {
  it('counts the pile and says whose end it is', () => {
    const [finding] = findingsOf('close-wait', [...server(40, 'CLOSE_WAIT'), ...server(9, 'ESTABLISHED')]);
    expect(finding).toMatchObject({
      severity: 'warning',
      pid: 1,
      target: '10.0.0.1:8080',
      evidence: { closeWait: 40, sampled: 40, local: [{ name: '10.0.0.1:8080', count: 40 }] },
    });
    expect(finding?.message).toContain('40 at its own 10.0.0.1:8080');
  });

  it('names the peer of a client', () => {
    const rows = times(33, (i) => socket(i, `10.0.0.1:${50_000 + i}->10.0.0.2:5432 (CLOSE_WAIT QR=1 QS=0)`));
    expect(findingsOf('close-wait', rows)[0]?.message).toContain('33 to 10.0.0.2:5432');
  });

  it('reads the state from its own cell, in any spelling, and from lsfd attributes', () => {
    const rows = [
      ...times(4, (i) => socket(i, `a:1->b:${i}`, { state: 'CLOSE_WAIT' })),
      ...times(4, (i) => socket(10 + i, `a:1->b:${i}`, { state: 'close-wait' })),
      ...times(4, (i) => socket(20 + i, `state=close-wait type=stream laddr=10.0.0.1:80 raddr=10.0.0.2:${i}`)),
      ...times(4, (i) => socket(30 + i, `a:1->b:${i}`, { state: 'ESTABLISHED' })),
    ];
    expect(findingsOf('close-wait', rows)[0]?.evidence).toMatchObject({ closeWait: 12 });
  });

  it('is silent below 8 and quiet below 32', () => {
    expect(findingsOf('close-wait', server(7, 'CLOSE_WAIT'))).toEqual([]);
    expect(findingsOf('close-wait', server(8, 'CLOSE_WAIT'))[0]?.severity).toBe('info');
    expect(findingsOf('close-wait', server(32, 'CLOSE_WAIT'))[0]?.severity).toBe('warning');
  });

  it('does not take a file for a socket', () => {
    const rows = times(40, (fd) => ({ pid: 1, fd: `${fd}r`, type: 'REG', name: '/tmp/x (CLOSE_WAIT)' }));
    expect(findingsOf('close-wait', rows)).toEqual([]);
  });
});
