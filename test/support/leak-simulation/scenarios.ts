import {
  batchClose,
  cache,
  churn,
  clients,
  collected,
  lastRequestKept,
  lazyTables,
  leak,
  logRotation,
  pool,
  vanishing,
} from './behaviour.ts';
import type { MeasurePlan } from './measure.ts';
import type { ServerPlan } from './server.ts';

export interface Scenario {
  readonly name: string;
  readonly server: ServerPlan;
  readonly plan?: MeasurePlan;
  /** The true rate per request; 0 of a healthy server. */
  readonly rate: number;
  /** Least share of runs that must name the leak, where that is less than the rule's aim of 0.95. */
  readonly detected?: number;
  /** Least share of intervals that must cover the rate, where the figure is known to be rough. */
  readonly covered?: number;
}

const healthy = (name: string, server: ServerPlan, plan: MeasurePlan = {}): Scenario => ({
  name,
  server,
  plan,
  rate: 0,
});
const leaking = (name: string, rate: number, server: ServerPlan, plan: MeasurePlan = {}): Scenario => ({
  name,
  server,
  plan,
  rate,
});

/** What a small headroom leaves. */
const SHORT: MeasurePlan = { blocks: [20, 20, 40] };

/** Servers that lose nothing; the rule must never accuse one. */
export const HEALTHY: readonly Scenario[] = [
  healthy('nothing', { habits: [] }),
  healthy('pool of 8', { habits: [pool(8)] }),
  healthy('pool of 8, filled by chance', { habits: [pool(8, 0.01)] }),
  healthy('pool of 8 in each of 8 workers', { habits: [pool(8, 0.05)], workers: 8 }),
  healthy('pool of 8 in 8 workers, one favoured', { habits: [pool(8)], workers: 8, favourite: 0.98 }),
  healthy(
    'pool of 10 in 4 workers, filled by chance, cut short',
    { habits: [pool(10, 0.02)], workers: 4 },
    { blocks: [50, 50, 100, 200, 400, 800] },
  ),
  healthy('cache of 50', { habits: [cache(50)] }),
  healthy('cache of 500', { habits: [cache(500)] }),
  healthy('cache of 500, few misses', { habits: [cache(500, 0.5)] }),
  healthy('cache of 1000', { habits: [cache(1000)] }),
  healthy('30 lazy tables', { habits: [lazyTables(30)] }),
  healthy('300 lazy tables', { habits: [lazyTables(300)] }),
  healthy('1500 lazy tables', { habits: [lazyTables(1500)] }),
  healthy('collector, 50 to 150', { habits: [collected(50, 150)] }),
  healthy('collector, 100 to 700', { habits: [collected(100, 700)] }),
  healthy('collector, 300 to 1500', { habits: [collected(300, 1500)] }),
  healthy('batch close, 0.3 s', { habits: [batchClose(0.3)] }),
  healthy('batch close, 2 s', { habits: [batchClose(2)] }),
  healthy('late close, 1 s', { habits: [churn(1, 1)] }),
  healthy('churn, short', { habits: [churn(0.3, 0.03)] }),
  healthy('churn, half a second', { habits: [churn(0.1, 0.5)] }),
  healthy('20 clients, 0.5 s', { habits: [clients(20, 0.5)] }),
  healthy('20 clients, 5 s', { habits: [clients(20, 5)] }),
  healthy('20 clients, 30 s', { habits: [clients(20, 30)] }),
  healthy('200 clients, 10 s', { habits: [clients(200, 10)] }),
  healthy('log rotation', { habits: [logRotation(0.7, 0.2)] }),
  healthy('last request kept', { habits: [lastRequestKept(4)], workers: 4 }),
  healthy('recycled every 40', { habits: [pool(8)], recycleAfter: 40, workers: 2 }, { levelsPerBlock: 80 }),
  healthy('recycled every 300', { habits: [pool(8, 0.2)], recycleAfter: 300, workers: 4 }, { levelsPerBlock: 20 }),
  healthy('counter that vanishes', { habits: [vanishing(1200)] }),
  healthy('pool of 8, levels at block ends only', { habits: [pool(8, 0.02)] }, { levelsPerBlock: 1 }),
  healthy('20 clients, block ends only', { habits: [clients(20, 3)] }, { levelsPerBlock: 1 }),
  healthy('pool of 8, short', { habits: [pool(8, 0.2)] }, SHORT),
  healthy('20 clients, short', { habits: [clients(20, 3)] }, SHORT),
  healthy('churn, short run', { habits: [churn(0.3, 0.03)] }, SHORT),
  healthy('pool of 8 in 4 workers, short', { habits: [pool(8, 0.3)], workers: 4 }, SHORT),
  healthy('20 clients, slow server', { habits: [clients(20, 20)] }, { requestsPerSecond: 200 }),
];

/** Servers that leak; the rule must name each, with an interval that covers the true rate. */
export const LEAKING: readonly Scenario[] = [
  ...[2, 1, 0.1, 0.02].map((rate) => leaking(`exact ${rate}`, rate, { habits: [leak(rate)] })),
  ...[1.5, 0.5, 0.1, 0.02].map((rate) => leaking(`random ${rate}`, rate, { habits: [leak(rate, 'random')] })),
  leaking('exact 1, stopped after 80 requests', 1, { habits: [leak(1)] }, SHORT),
  leaking('exact 1, block ends only', 1, { habits: [leak(1)] }, { levelsPerBlock: 1 }),
  leaking('random 0.1, block ends only', 0.1, { habits: [leak(0.1, 'random')] }, { levelsPerBlock: 1 }),
  {
    ...leaking('random 0.02, block ends only', 0.02, { habits: [leak(0.02, 'random')] }, { levelsPerBlock: 1 }),
    detected: 0.3,
  },
  leaking('0.02 and a pool of 8', 0.02, { habits: [leak(0.02, 'random'), pool(8)] }),
  leaking('1 in 4 workers', 1, { habits: [leak(1)], workers: 4 }),
  leaking('0.1 in 4 workers with pools', 0.1, { habits: [leak(0.1, 'random'), pool(8)], workers: 4 }),
  leaking('1 and last request kept', 1, { habits: [leak(1), lastRequestKept(4)], workers: 4 }),
  leaking('1 under churn', 1, { habits: [leak(1), churn(0.3, 0.05)] }),
  leaking('0.1 under churn', 0.1, { habits: [leak(0.1, 'random'), churn(0.3, 0.05)] }),
  leaking('0.1 under 20 clients', 0.1, { habits: [leak(0.1, 'random'), clients(20, 2)] }),
  leaking('0.02 under churn', 0.02, { habits: [leak(0.02, 'random'), churn(0.1, 0.03)] }),
  leaking('0.02 under log rotation', 0.02, { habits: [leak(0.02, 'random'), logRotation(0.7, 0.2)] }),
  leaking('1 under 200 clients', 1, { habits: [leak(1), clients(200, 10)] }),
  leaking('0.1 under a collector', 0.1, { habits: [leak(0.1), collected(20, 60)] }),
  leaking('1 in 8 workers, one favoured', 1, { habits: [leak(1)], workers: 8, favourite: 0.98 }),
  leaking('1, recycled every 40', 1, { habits: [leak(1)], recycleAfter: 40, workers: 2 }, { levelsPerBlock: 80 }),
  leaking(
    '1, recycled every 300',
    1,
    { habits: [leak(1), pool(8)], recycleAfter: 300, workers: 4 },
    { levelsPerBlock: 20 },
  ),
  leaking(
    '0.1, recycled every 300',
    0.1,
    { habits: [leak(0.1, 'random')], recycleAfter: 300, workers: 2 },
    { levelsPerBlock: 20 },
  ),
];
