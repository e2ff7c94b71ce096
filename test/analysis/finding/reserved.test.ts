import { describe, expect, it } from 'vitest';
import { findingsOf } from '../../support/findings.ts';
import { regular, times } from '../../support/rows.ts';

const find = (descriptors: number, softLimit = 1024) =>
  findingsOf(
    'reserved',
    times(6, (fd) => regular(1, fd, '/x')),
    [{ pid: 1, descriptors, softLimit }],
  )[0];

describe('reserved', () => {
  it('explains the numbers that no listing shows', () => {
    expect(find(29)).toMatchObject({ severity: 'info', evidence: { reserved: 23, descriptors: 29, listed: 6 } });
    expect(find(29)?.message).toContain('accept()');
  });

  it('is silent about a few, and about processes without a listing', () => {
    expect(find(13)).toBeUndefined();
    expect(find(14)?.evidence).toMatchObject({ reserved: 8 });
    expect(findingsOf('reserved', [], [{ pid: 1, descriptors: 500 }])).toEqual([]);
  });

  it('warns where they take a quarter of the limit', () => {
    expect(find(29, 64)?.severity).toBe('warning');
  });
});
