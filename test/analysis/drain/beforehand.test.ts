import { describe, expect, it } from 'vitest';
import { file, incoming, listener, MASKS, Shutdown } from '../../support/shutdown.ts';

describe('beforehand', () => {
  it('counts no lock among the files that a certain death would cut', () => {
    const lock = { ...file(0), key: '1:3', deleted: true };
    const dying = (files: Parameters<typeof file>[0][]) =>
      new Shutdown()
        .life(0, { signals: { ...MASKS, caught: 0n } })
        .look(0, [], { files: [lock, ...files.map(file)] })
        .report().findings[0];
    expect(dying([])).toMatchObject({ severity: 'info', evidence: { connections: 0, files: 0 } });
    expect(dying([0])).toMatchObject({ severity: 'warning', evidence: { files: 1 } });
  });

  it.each([
    [{ ...MASKS, caught: 0n }, 'default', 'dies-at-once'],
    [{ ...MASKS, ignored: 1n << 14n }, 'ignored', 'will-not-stop'],
    [{ ...MASKS, blocked: 1n << 14n }, 'blocked', 'will-not-stop'],
    [{ ...MASKS, blocked: 1n << 14n, awaited: 1n << 14n }, 'awaited', null],
    [{ ...MASKS, blocked: 1n << 14n, searched: false }, 'unknown', null],
    [{ ...MASKS, caught: 0n, waits: true }, 'unknown', null],
    // The first process of a container has no default.
    [{ ...MASKS, caught: 0n, init: true }, 'ignored', 'will-not-stop'],
    [{ ...MASKS, stopped: true }, 'caught', 'stopped'],
    [MASKS, 'caught', null],
  ] as const)('%o', (signals, disposition, rule) => {
    const { data, findings, verdict } = new Shutdown()
      .life(0, { signals })
      .look(0, [listener(), incoming('5')])
      .report();
    expect([data.processes[0].signals?.TERM, verdict]).toEqual([disposition, 'none']);
    expect(findings.map((finding) => finding.rule)).toEqual(rule === null ? [] : [rule]);
    expect(data.processes[0].before).toMatchObject({ in: 1, out: 0, listeners: [{ address: '127.0.0.1:80' }] });
  });
});
