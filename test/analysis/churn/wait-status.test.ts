import { describe, expect, it } from 'vitest';
import { endKind, statusText, waitStatus } from '../../../src/analysis/churn/wait-status.ts';

describe('how a process ended', () => {
  it.each([
    [0, 'clean', 'status 0'],
    [256, 'failed', 'status 1'],
    [0xff00, 'failed', 'status 255'],
    [15, 'stopped', 'SIGTERM'],
    [2, 'stopped', 'SIGINT'],
    [9, 'killed', 'SIGKILL'],
    // With a core, which QUIT leaves too.
    [11 | 128, 'killed', 'SIGSEGV'],
    [3 | 128, 'stopped', 'SIGQUIT'],
    [6, 'killed', 'SIGABRT'],
    // A shell that passes on how its command ended.
    [(128 + 15) << 8, 'stopped', 'status 143'],
    [(128 + 9) << 8, 'failed', 'status 137'],
    [40, 'killed', 'signal 40'],
  ])('%i is %s', (status, kind, text) => {
    expect([endKind(waitStatus(status)), statusText(waitStatus(status))]).toEqual([kind, text]);
  });

  it('is unknown where nobody could tell', () => {
    expect([endKind(null), statusText(null)]).toEqual(['unknown', 'unknown']);
  });
});
