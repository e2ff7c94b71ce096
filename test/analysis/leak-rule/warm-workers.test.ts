import { describe, expect, it } from 'vitest';
import { judgeMeasurement } from '../../../src/analysis/leak-rule/leak-rule.ts';
import type { Measurement } from '../../../src/analysis/leak-rule/measurement.ts';
import { grewInIdleWorkers } from '../../../src/analysis/leak-rule/warm-workers.ts';
import { leak, pool } from '../../support/leak-simulation/behaviour.ts';
import { measure } from '../../support/leak-simulation/measure.ts';

const favoured = { workers: 8, favourite: 0.98 };
const cold = measure({ habits: [pool(8)], ...favoured }, 2);

function withoutWork(measurement: Measurement): Measurement {
  const blocks = measurement.blocks.map((block) => ({
    ...block,
    readings: block.readings.map((reading) => ({
      ...reading,
      levels: reading.levels.map((level) => ({ ...level, work: null })),
    })),
  }));
  return { ...measurement, blocks };
}

describe('growth in workers that hardly work', () => {
  it('is told from a leak, which follows the requests', () => {
    expect(grewInIdleWorkers(cold, 0)).toBe(true);
    expect(grewInIdleWorkers(measure({ habits: [leak(1)], ...favoured }, 2), 0)).toBe(false);
    expect(grewInIdleWorkers(measure({ habits: [leak(0.1, 'random')], workers: 4 }, 2), 0)).toBe(false);
  });

  it('leaves the verdict open', () => {
    expect(judgeMeasurement(cold)).toMatchObject({ verdict: 'inconclusive', groups: [{ reason: 'idle-workers' }] });
  });

  it('cannot be seen where the work is not known, nor in a single worker', () => {
    expect(grewInIdleWorkers(withoutWork(cold), 0)).toBe(false);
    expect(grewInIdleWorkers(measure({ habits: [leak(1)] }, 2), 0)).toBe(false);
  });
});
