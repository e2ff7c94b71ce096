import type { Block, Life, Measurement, Reading, TargetGroup } from '../../../src/analysis/leak-rule/measurement.ts';
import { random } from './random.ts';
import { Server, type ServerPlan } from './server.ts';

export interface MeasurePlan {
  readonly warmUp?: number;
  readonly blocks?: readonly number[];
  /** Quiet levels read in each block, the last one at its end. */
  readonly levelsPerBlock?: number;
  readonly requestsPerSecond?: number;
  readonly idleSeconds?: number;
  readonly settleSeconds?: number;
  readonly names?: boolean;
}

const GROUP: TargetGroup = { type: 'REG', class: 'regular', pattern: '/srv/*', name: '/srv/a' };

/** The ladder of the rule: n, n, 2n, 4n ... 32n. */
const LADDER: readonly number[] = [50, 50, 100, 200, 400, 800, 1600];

/** Runs the ladder against a simulated server on a simulated clock. */
export function measure(plan: ServerPlan, seed: number, options: MeasurePlan = {}): Measurement {
  const { warmUp = 20, blocks = LADDER, levelsPerBlock = 4, requestsPerSecond = 1000, settleSeconds = 3 } = options;
  const server = new Server(plan, random(seed));
  const seen = new Set<number>();
  let [now, ok] = [0, 0];

  const read = (): Reading => {
    now += 0.02;
    server.pass(now);
    const levels = [...server.tables()].map(([life, { open }]) => ({
      life,
      counts: [open.size],
      work: server.work(life),
    }));
    return { seconds: now, ok, quiet: true, levels };
  };
  const reads = (count: number): Reading[] => Array.from({ length: count }, read);
  const openNow = (): number[] => [...server.tables().values()].flatMap(({ open }) => [...open.keys()]);
  const load = (requests: number): void => {
    for (let count = 0; count < requests; count++) {
      now += 1 / requestsPerSecond;
      server.serve(now);
    }
    ok += requests;
  };
  const rest = (seconds: number): Reading[] => {
    const readings: Reading[] = [];
    for (const end = now + seconds; now < end; now += 0.08) readings.push(read());
    return readings;
  };

  load(warmUp);
  ok = 0;
  const idle = rest(options.idleSeconds ?? 1);
  for (const id of openNow()) seen.add(id);
  const firstSeen: number[][] = [];
  const run: Block[] = blocks.map((requests) => {
    const parts = Math.min(levelsPerBlock, Math.max(1, Math.floor(requests / 10)));
    const readings: Reading[] = [];
    for (let part = 0; part < parts; part++) {
      load(Math.floor((requests * (part + 1)) / parts) - Math.floor((requests * part) / parts));
      readings.push(...reads(3));
    }
    const fresh = openNow().filter((id) => !seen.has(id));
    for (const id of fresh) seen.add(id);
    firstSeen.push(fresh);
    return { requests: { sent: requests, ok: requests, failed: 0 }, readings, survivors: null };
  });
  const settle = rest(settleSeconds);
  const left = new Set(openNow());
  const lives: Life[] = Array.from({ length: server.lives }, (_, life) => ({
    pid: 100 + life,
    startTime: new Date(1_700_000_000_000 + life * 1000).toISOString(),
    command: 'served',
    parent: life === 0 ? 1 : 100,
  }));
  const named = run.map((block, index) => {
    const opened = firstSeen[index];
    return { ...block, survivors: [{ opened: opened.length, kept: opened.filter((id) => left.has(id)).length }] };
  });
  return { groups: [GROUP], lives, idle, blocks: options.names === false ? run : named, settle };
}
