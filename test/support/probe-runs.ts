import type { Measurement } from '../../src/analysis/leak-rule/measurement.ts';
import type { ProbeData } from '../../src/analysis/probe/probe-data.ts';
import { probeReport } from '../../src/analysis/probe/probe-report.ts';
import type { ProbedLife, UrlRun } from '../../src/analysis/probe/probe-run.ts';
import type { Report, SourceInfo } from '../../src/model/report.ts';
import { measure } from './leak-simulation/measure.ts';
import type { ServerPlan } from './leak-simulation/server.ts';

const LIVE: SourceInfo = { kind: 'live', name: 'host', dialect: 'proc', time: '2026-01-02T03:04:05.678Z' };

const LIFE: ProbedLife = { role: 'family', before: 20, after: 20, softLimit: 1024, headroom: 1004, ended: false };

/** What probing a simulated server gave: a master, and one worker that served. */
export function simulatedRun(plan: ServerPlan, parts: Partial<UrlRun> = {}): UrlRun {
  return runOf(measure(plan, 1), parts);
}

export function runOf(measurement: Measurement | null, parts: Partial<UrlRun> = {}): UrlRun {
  return {
    url: 'http://127.0.0.1:8080/a',
    method: 'GET',
    keepAlive: false,
    measurement,
    lives: (measurement?.lives ?? []).map((_, life) => ({ ...LIFE, role: life === 1 ? 'serving' : 'family' })),
    answers: { 200: 3220 },
    failures: {},
    deletedBytes: (measurement?.groups ?? []).map(() => null),
    stopped: 'ladder',
    settleSeconds: 3,
    notes: [],
    inconclusive: null,
    refused: 0,
    ...parts,
  };
}

export function reportOf(runs: readonly UrlRun[], maxPerRequest: number | null = null): Report<ProbeData> {
  return probeReport(runs, { maxPerRequest, source: LIVE });
}

/** The notes of a report, one a line. */
export function notesOf({ sections }: Report): string[] {
  return sections.flatMap((section) => (section.kind === 'note' ? [section.text] : []));
}
