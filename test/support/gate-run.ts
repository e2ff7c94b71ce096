import type { Baseline } from '../../src/analysis/gate/baseline.ts';
import type { GateService } from '../../src/analysis/gate/gate-data.ts';
import { type GateOptions, gateReport } from '../../src/analysis/gate/gate-report.ts';
import type { LifeLevels, Measurement, Reading, TargetGroup } from '../../src/analysis/leak-rule/measurement.ts';
import type { UrlRun } from '../../src/analysis/probe/probe-run.ts';
import type { Habit } from './leak-simulation/behaviour.ts';
import { measure } from './leak-simulation/measure.ts';

/** A service that did all that was asked of it. */
const GOOD_SERVICE: GateService = {
  command: ['node', 'server.js'],
  state: 'ready',
  missing: null,
  seconds: 0.8,
  died: false,
  exitCode: null,
  exitSignal: null,
  lastOutput: [],
  stopSeconds: 0.1,
  killed: [],
  strays: [],
  left: [],
};

/** A run of a URL on a simulated server that treats each target pattern by a habit of its own. */
export function runOf(url: string, habits: Readonly<Record<string, Habit>>, parts: Partial<UrlRun> = {}): UrlRun {
  const measured = Object.entries(habits).map(([pattern, habit]) => {
    const group: TargetGroup = { type: 'REG', class: 'regular', pattern, name: pattern };
    return { ...measure({ habits: [habit] }, 1), groups: [group] };
  });
  const [first, ...others] = measured;
  const measurement = first === undefined ? null : others.reduce(beside, first);
  return {
    url,
    method: 'GET',
    keepAlive: false,
    measurement: measurement && {
      ...measurement,
      lives: measurement.lives.map((life) => ({ ...life, startTime: '2026-01-02T03:04:05.678Z' })),
    },
    lives: (measurement?.lives ?? []).map(() => ({
      role: 'serving',
      before: 10,
      after: 20,
      softLimit: 1024,
      headroom: 1000,
      ended: false,
    })),
    answers: measurement === null ? {} : { 200: 3200 },
    failures: {},
    deletedBytes: (measurement?.groups ?? []).map(() => null),
    stopped: measurement === null ? 'unmeasured' : 'ladder',
    settleSeconds: 3,
    notes: [],
    inconclusive: measurement === null ? 'It was not probed.' : null,
    refused: 0,
    ...parts,
  };
}

/** The groups of two measurements that had the same course. */
function beside(one: Measurement, other: Measurement): Measurement {
  const level = (a: LifeLevels, b: LifeLevels | undefined): LifeLevels => ({
    ...a,
    counts: [...(a.counts ?? []), ...(b?.counts ?? [])],
  });
  const readings = (a: readonly Reading[], b: readonly Reading[]): Reading[] =>
    a.map((reading, at) => ({
      ...reading,
      levels: reading.levels.map((own, life) => level(own, b[at]?.levels[life])),
    }));
  return {
    groups: [...one.groups, ...other.groups],
    lives: one.lives,
    idle: readings(one.idle, other.idle),
    blocks: one.blocks.map((block, at) => ({
      ...block,
      readings: readings(block.readings, other.blocks[at]?.readings ?? []),
      survivors: [...(block.survivors ?? []), ...(other.blocks[at]?.survivors ?? [])],
    })),
    settle: readings(one.settle, other.settle),
  };
}

/** The report of runs, with nothing allowed and no budget unless it is said. */
export function gateOf(
  runs: readonly UrlRun[],
  options: Partial<GateOptions> & { readonly baseline?: Baseline | null } = {},
  service: Partial<GateService> = {},
): ReturnType<typeof gateReport> {
  return gateReport(
    runs,
    { ...GOOD_SERVICE, ...service },
    {
      allow: [],
      baseline: null,
      maxPerRequest: null,
      maxGrowth: null,
      allowInconclusive: false,
      baselineFile: null,
      source: { kind: 'live', name: 'host', dialect: 'proc', time: '2026-01-02T03:04:05.678Z' },
      ...options,
    },
  );
}
