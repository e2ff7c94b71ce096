import { describe, expect, it } from 'vitest';
import { findingsOf } from '../../support/findings.ts';
import { times } from '../../support/rows.ts';

const sockets = (count: number, name: string) =>
  times(count, (fd) => ({ pid: 1, command: 'srv', fd: `${fd}u`, type: 'sock', device: '0,9', node: String(fd), name }));

describe('never-connected', () => {
  it('counts sockets without an address, whatever lsof calls them', () => {
    const rows = [
      ...sockets(20, 'protocol: TCP'),
      ...sockets(12, 'protocol: UDPv6'),
      ...sockets(3, "can't identify protocol"),
    ];
    expect(findingsOf('never-connected', rows)).toMatchObject([
      {
        severity: 'warning',
        evidence: {
          sockets: 35,
          protocols: [
            { name: 'TCP', count: 20 },
            { name: 'UDP', count: 12 },
            { name: 'unknown', count: 3 },
          ],
        },
      },
    ]);
  });

  it('leaves families alone that never stand in a table', () => {
    expect(findingsOf('never-connected', sockets(50, 'protocol: AF_VSOCK'))).toEqual([]);
    expect(findingsOf('never-connected', sockets(50, 'protocol: ALG'))).toEqual([]);
  });

  it('is silent below 8', () => {
    expect(findingsOf('never-connected', sockets(7, 'protocol: TCP'))).toEqual([]);
    expect(findingsOf('never-connected', sockets(8, 'protocol: TCP'))[0]?.severity).toBe('info');
  });
});
