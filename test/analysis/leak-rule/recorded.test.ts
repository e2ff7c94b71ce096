import { describe, expect, it } from 'vitest';
import { judgeMeasurement } from '../../../src/analysis/leak-rule/leak-rule.ts';
import { recordings } from '../../support/matrix/recordings.ts';

/** Probes of real servers, judged again; `npm run bench:power` replays each of them many times. */
const all = recordings();
const healthy = all.filter(({ target }) => target.expected.verdict === 'healthy');
const leaking = all.filter(({ target }) => target.expected.verdict === 'leak');

describe('the leak rule on recorded servers', () => {
  it('has some of each to judge', () => {
    expect(healthy.length).toBeGreaterThan(40);
    expect(leaking.length).toBeGreaterThan(80);
  });

  it('accuses no healthy one', () => {
    const accused = healthy.filter(({ measurement }) => judgeMeasurement(measurement).verdict === 'leak');
    expect(accused.map(({ target }) => target.name)).toEqual([]);
  });

  it('names every leak', () => {
    const missed = leaking.filter(({ measurement }) => judgeMeasurement(measurement).verdict !== 'leak');
    expect(missed.map(({ target }) => target.name)).toEqual([]);
  });

  it('covers the true rate in 93 of 100, and is near it where the leak is exact', () => {
    const judged = leaking.flatMap(({ target: { name, expected }, measurement }) => {
      if (expected.verdict !== 'leak') return [];
      const { perRequest } = judgeMeasurement(measurement);
      const { rate, random = false } = expected;
      const covered = perRequest.low <= rate && rate <= perRequest.high;
      const near = random || Math.abs(perRequest.estimate - rate) <= Math.max(0.05 * rate, 0.01);
      return [{ name, covered, near }];
    });
    expect(judged.filter(({ covered }) => covered).length / judged.length).toBeGreaterThanOrEqual(0.93);
    expect(judged.filter(({ near }) => !near).map(({ name }) => name)).toEqual([]);
  });
});
