import { describe, expect, it } from 'vitest';
import { Baseline, leaksOf, pathOf } from '../../../src/analysis/gate/baseline.ts';
import { withoutGroups } from '../../../src/analysis/gate/without-groups.ts';
import { urlVerdict } from '../../../src/analysis/probe/url-verdict.ts';
import { gateOf, runOf } from '../../support/gate-run.ts';
import { cache, lazyTables, leak, pool } from '../../support/leak-simulation/behaviour.ts';
import { measure } from '../../support/leak-simulation/measure.ts';

const clean = runOf('/ok', { '/srv/pool': pool(4) });
const leaking = runOf('/bad', { '/srv/app/cat.jpg': leak(1), '/srv/pool': pool(4) });
const two = runOf('/two', { '/srv/a': leak(1), '/srv/b': leak(0.1) });
const undecided = runOf('/odd', { '/var/cache/x': lazyTables(2000), '/srv/pool': pool(4) });
const unmeasured = runOf('/far', {});

const verdicts = (report: ReturnType<typeof gateOf>): string[] =>
  (report.checks ?? []).map(({ name, verdict }) => `${name}: ${verdict}`);
const baseOf = (...runs: (typeof clean)[]): Baseline => new Baseline(leaksOf(runs.map(urlVerdict)));

describe('a gate', () => {
  it('passes what is clean, and says what it would have seen', () => {
    const report = gateOf([clean]);
    expect(report.verdict).toBe('pass');
    expect(report.checks?.[1]?.message).toMatch(/^nothing above 0\.00\d+ per request in 3,200 requests$/);
  });

  it('fails on any leak, and prints its bounds', () => {
    const report = gateOf([clean, leaking]);
    expect(report.verdict).toBe('fail');
    expect(report.data.urls.map(({ url }) => url)).toEqual(['/bad', '/ok']);
    const [, bad] = report.checks ?? [];
    expect(bad?.message).toMatch(
      /^3,200 of 3,200 requests each kept one descriptor; none closed in \d+(\.\d)? s: REG \/srv\/app\/cat\.jpg$/,
    );
    expect(report.findings.map(({ rule, target, next }) => [rule, target, next])).toEqual([
      ['leak', '/srv/app/cat.jpg', ['leaksof probe /bad']],
    ]);
  });

  it('cannot tell of what was undecided, or not measured', () => {
    expect(gateOf([undecided]).verdict).toBe('inconclusive');
    expect(gateOf([clean, unmeasured]).verdict).toBe('inconclusive');
    expect(gateOf([]).verdict).toBe('inconclusive');
    expect(gateOf([leaking, unmeasured]).verdict).toBe('fail');
  });

  it.each(['interrupted', 'failing', 'gone'] as const)('does not pass what was cut off: %s', (stopped) => {
    expect(gateOf([{ ...clean, stopped }]).verdict).toBe('inconclusive');
    expect(gateOf([{ ...leaking, stopped }]).verdict).toBe('fail');
  });

  it('learns nothing from a URL that answers with errors', () => {
    const missing = { ...clean, answers: { 404: 3200 } };
    expect(verdicts(gateOf([missing]))).toContain('GET /ok: inconclusive');
    expect(gateOf([{ ...clean, answers: { 200: 3000, 500: 200 } }]).verdict).toBe('pass');
    expect(gateOf([{ ...leaking, answers: { 404: 3200 } }]).verdict).toBe('fail');
  });

  it('cannot tell of a service that was never ready, or ended', () => {
    const never = gateOf(
      [unmeasured],
      {},
      { state: 'ended', exitCode: 3, missing: 'it did not listen on port 1', lastOutput: ['no database'] },
    );
    expect(never.verdict).toBe('inconclusive');
    expect(never.checks?.[0]).toMatchObject({
      verdict: 'inconclusive',
      message: 'the service ended with code 3 after 0.8 s, before it was ready: it did not listen on port 1',
      details: ['output: no database'],
    });
    expect(gateOf([clean], {}, { died: true, exitSignal: 'SIGSEGV' }).checks?.[0]?.message).toBe(
      'the service was ready after 0.8 s and ended by SIGSEGV while it was probed',
    );
    expect(gateOf([leaking], {}, { died: true }).verdict).toBe('fail');
  });

  it('counts as skipped what it need not tell, but not the service', () => {
    const lenient = gateOf([undecided, clean], { allowInconclusive: true });
    expect(verdicts(lenient)).toEqual(['the service starts and stays: pass', 'GET /odd: skipped', 'GET /ok: pass']);
    const dead = gateOf([unmeasured], { allowInconclusive: true }, { state: 'late', missing: 'x' });
    expect(verdicts(dead)).toEqual(['the service starts and stays: inconclusive', 'GET /far: skipped']);
  });

  it('tells who had to be killed', () => {
    const killed = [{ pid: 7, command: 'node' }];
    const report = gateOf([clean], {}, { killed, strays: killed, left: killed });
    expect(report.verdict).toBe('pass');
    expect(report.findings.map(({ rule }) => rule)).toEqual(['service-killed', 'service-strays', 'service-left']);
  });
});

describe('a budget', () => {
  it('per request lets through what is below it', () => {
    expect(gateOf([leaking], { maxPerRequest: 0.5 }).verdict).toBe('fail');
    const within = gateOf([leaking, clean], { maxPerRequest: 1.5 });
    expect(within.verdict).toBe('pass');
    expect(within.data.budgets).toMatchObject([{ name: 'max-per-request', limit: 1.5, verdict: 'pass' }]);
    expect(within.data.budgets[0]?.value).toBeCloseTo(1, 2);
    expect(within.checks?.[1]?.message).toMatch(/^within the budget: 3,200 of 3,200/);
    expect(gateOf([undecided], { maxPerRequest: 5 }).verdict).toBe('inconclusive');
  });

  it('of growth counts what stays open, leak or not', () => {
    const pools = runOf('/ok', { '/srv/pool': cache(40) });
    const grown = (urlVerdict(pools).groups[0]?.after ?? 0) - (urlVerdict(pools).groups[0]?.before ?? 0);
    const both = gateOf([pools, pools], { maxGrowth: grown * 2 });
    expect(both.data.budgets[0]).toMatchObject({ value: grown * 2, verdict: 'pass' });
    expect(grown).toBe(20);
    expect(gateOf([pools, pools], { maxGrowth: grown * 2 - 1 }).verdict).toBe('fail');
    expect(gateOf([clean, unmeasured], { maxGrowth: 100 }).data.budgets[0]?.verdict).toBe('inconclusive');
    expect(gateOf([leaking], { maxGrowth: 3199 }).data.budgets[0]).toMatchObject({ value: 3200, verdict: 'fail' });
  });
});

describe('the allow-list', () => {
  it('excuses a leak by its pattern, and judges what is left', () => {
    const report = gateOf([leaking], { allow: ['/srv/app/*'] });
    expect(report.verdict).toBe('pass');
    expect(report.findings).toEqual([]);
    expect(report.checks?.[1]?.message).toMatch(/^1 leak let pass; nothing else above 0\.00\d+ per request/);
    expect(report.data.urls[0]?.groups[0]).toMatchObject({ pattern: '/srv/app/cat.jpg', excuse: 'allowed' });
    expect(gateOf([two], { allow: ['/srv/a'] }).verdict).toBe('fail');
    expect(gateOf([two], { allow: ['/srv/a', '/srv/b'] }).verdict).toBe('pass');
  });

  it('excuses what is undecided', () => {
    expect(gateOf([undecided], { allow: ['/var/cache/*'] }).verdict).toBe('pass');
    expect(gateOf([{ ...undecided, inconclusive: 'a forwarder' }], { allow: ['/var/cache/*'] }).verdict).toBe(
      'inconclusive',
    );
  });

  it('takes its growth out of the budget too', () => {
    expect(gateOf([leaking], { allow: ['*cat.jpg'], maxGrowth: 10 }).data.budgets[0]?.value).toBeLessThanOrEqual(4);
  });
});

describe('a baseline', () => {
  it('knows the leaks it holds, whatever host and port', () => {
    const elsewhere = { ...leaking, url: 'http://127.0.0.1:9999/bad' };
    const report = gateOf([leaking], { baseline: baseOf(elsewhere) });
    expect(report.verdict).toBe('pass');
    expect(report.data.urls[0]?.groups[0]?.excuse).toBe('known');
  });

  it('lets through nothing new: another file, another URL, another method', () => {
    expect(gateOf([two], { baseline: baseOf(runOf('/two', { '/srv/a': leak(1) })) }).verdict).toBe('fail');
    expect(gateOf([leaking], { baseline: baseOf({ ...leaking, url: '/other' }) }).verdict).toBe('fail');
    expect(gateOf([leaking], { baseline: baseOf({ ...leaking, method: 'POST' }) }).verdict).toBe('fail');
  });

  it('lets through nothing that leaks clearly faster', () => {
    const slow = runOf('/bad', { '/srv/app/cat.jpg': leak(0.5) });
    expect(gateOf([leaking], { baseline: baseOf(slow) }).verdict).toBe('fail');
    expect(gateOf([slow], { baseline: baseOf(leaking) }).verdict).toBe('pass');
  });

  it('takes a URL by its path, however it is written', () => {
    for (const url of ['http://127.0.0.1:3000/a?b', ':3000/a?b', 'localhost:3000/a?b', '3000/a?b', '/a?b']) {
      expect(pathOf(url)).toBe('/a?b');
    }
    expect([pathOf('http://h'), pathOf(':80'), pathOf('http://h?q')]).toEqual(['/', '/', '/?q']);
  });
});

describe('a measurement without some groups', () => {
  it('is judged as the others would be by themselves', () => {
    const { measurement } = two;
    if (measurement === null) throw new Error('not measured');
    const alone = measure({ habits: [leak(0.1)] }, 1);
    const { groups, lives: _lives, ...rest } = withoutGroups(measurement, (group) => group === 1);
    expect(groups.map(({ pattern }) => pattern)).toEqual(['/srv/b']);
    const { groups: _groups, lives: _others, ...expected } = alone;
    expect(rest).toEqual(expected);
  });
});
