import { describe, expect, it } from 'vitest';
import { exhaustionOf } from '../../../src/analysis/leak-rule/exhaustion.ts';
import { judgeMeasurement } from '../../../src/analysis/leak-rule/leak-rule.ts';
import { leak } from '../../support/leak-simulation/behaviour.ts';
import { measure } from '../../support/leak-simulation/measure.ts';

describe('requests until the descriptors run out', () => {
  it('are the headroom of the only worker, at one a request', () => {
    const measured = measure({ habits: [leak(1)] }, 1);
    const { groups } = judgeMeasurement(measured);
    expect(exhaustionOf(measured, groups, () => 604)).toEqual([{ life: 1, requests: 604 }]);
    expect(exhaustionOf(measured, groups, () => null)).toEqual([{ life: 1, requests: null }]);
  });

  it('come later where workers share the load', () => {
    const measured = measure({ habits: [leak(1)], workers: 4 }, 1);
    const { groups } = judgeMeasurement(measured);
    const found = exhaustionOf(measured, groups, () => 100);
    expect(found).toHaveLength(4);
    for (const { requests } of found) expect(Math.abs((requests ?? 0) - 400)).toBeLessThan(80);
  });

  it('are not foretold without a leak', () => {
    const measured = measure({ habits: [] }, 1);
    expect(exhaustionOf(measured, judgeMeasurement(measured).groups, () => 100)).toEqual([]);
  });
});
