import { describe, expect, it } from 'vitest';
import type { ProcessFact } from '../../../src/model/process.ts';
import { findingsOf } from '../../support/findings.ts';
import { regular, TEST_RESULT, times } from '../../support/rows.ts';

const find = (fact: ProcessFact) => findingsOf('near-limit', [], [fact])[0];

describe('near-limit', () => {
  it.each([
    [819, null],
    [820, 'warning'],
    [972, 'warning'],
    [973, 'critical'],
    [1024, 'critical'],
  ])('%i of 1024 is %s', (descriptors, severity) => {
    expect(find({ pid: 1, descriptors, softLimit: 1024 })?.severity ?? null).toBe(severity);
  });

  it('goes by free numbers, not by the count', () => {
    // 100 of 100, but 40 of them are numbers from 100 up: 60 % of the numbers below are taken.
    expect(find({ pid: 1, descriptors: 100, softLimit: 100, listed: 100, aboveLimit: 40 })).toBeUndefined();
  });

  it('gives the line that buys headroom, up to four times and up to the hard limit', () => {
    const next = (hardLimit: number) => find({ pid: 7, descriptors: 1000, softLimit: 1024, hardLimit })?.next;
    expect(next(524_288)).toEqual(['sudo prlimit --pid 7 --nofile=4096:', 'leaksof show 7']);
    expect(next(2000)).toContain('sudo prlimit --pid 7 --nofile=2000:');
    expect(next(1024)).toEqual(['leaksof show 7']);
    expect(find({ pid: 7, descriptors: 1000, softLimit: 1024, hardLimit: 1024 })?.message).toContain('only a restart');
  });

  it('says which limit and where it comes from', () => {
    const base = { pid: 7, command: 'app', descriptors: 1000, softLimit: 1024 };
    const unit = find({ ...base, unit: 'my app.service' });
    expect(unit?.message).toContain('systemd unit my app.service (LimitNOFILE=)');
    expect(unit?.next).toContain("sudo systemctl edit 'my app.service'");
    expect(find({ ...base, container: 'a'.repeat(64), unit: 'docker.service' })?.message).toContain('--ulimit nofile=');
    expect(find({ ...base, pod: 'p1', container: 'a' })?.evidence).toMatchObject({ limit: 'process', setBy: 'pod' });
    expect(find({ ...base, unit: 'session-3.scope' })?.evidence).toMatchObject({ setBy: 'session' });
    expect(find(base)?.evidence).toMatchObject({ setBy: 'unknown' });
  });

  it('says that the next open fails where no number is free', () => {
    expect(find({ pid: 1, descriptors: 64, softLimit: 64 })?.message).toContain('EMFILE');
  });

  it('names what fills the limit and the dump it was read from', () => {
    const [finding] = findingsOf(
      'near-limit',
      times(60, (fd) => regular(1, fd, '/srv/app/cat.jpg')),
      [{ pid: 1, softLimit: 64 }],
      { info: { ...TEST_RESULT.info, name: 'my dump.txt' } },
    );
    expect(finding?.message).toContain('60 x /srv/app/cat.jpg');
    expect(finding?.next.at(-1)).toBe("leaksof show 1 'my dump.txt'");
  });
});
