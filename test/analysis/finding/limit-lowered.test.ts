import { describe, expect, it } from 'vitest';
import { findingsOf } from '../../support/findings.ts';

describe('limit-lowered', () => {
  it('is information for a sandbox, however many hundred percent', () => {
    const facts = [
      { pid: 1, command: 'sshd', descriptors: 7, softLimit: 1, hardLimit: 1 },
      { pid: 2, command: 'dhcpcd', descriptors: 9, softLimit: 0, hardLimit: 0 },
    ];
    const found = findingsOf('limit-lowered', [], facts);
    expect(found.map(({ severity }) => severity)).toEqual(['info', 'info']);
    expect(findingsOf('near-limit', [], facts)).toEqual([]);
    expect(found.map(({ message }) => message).join()).not.toContain('%');
  });

  it('is a warning where a program that works on has no free number', () => {
    const stuck = { pid: 1, descriptors: 200, listed: 200, aboveLimit: 100, softLimit: 100 };
    expect(findingsOf('limit-lowered', [], [stuck])[0]?.severity).toBe('warning');
    expect(findingsOf('limit-lowered', [], [{ ...stuck, aboveLimit: 150 }])[0]?.severity).toBe('info');
  });

  it('does not speak of a process at its limit', () => {
    expect(findingsOf('limit-lowered', [], [{ pid: 1, descriptors: 64, softLimit: 64 }])).toEqual([]);
  });
});
