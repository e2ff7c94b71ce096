import { type Sample, wandering } from '../statistics/drift.ts';
import type { Estimate } from '../statistics/interval.ts';
import { mannKendall } from '../statistics/mann-kendall.ts';
import { medianDeviation } from '../statistics/spread.ts';
import { type Growth, growthOf } from './growth.ts';
import { judge } from './judge.ts';
import type { Measurement, Reading, Survivors } from './measurement.ts';
import { type Gain, rateOf } from './rate.ts';
import { withoutPassing, withoutRecycled } from './turnover.ts';
import type { Bounds, GroupVerdict, JudgedGroup, LeakVerdict } from './verdict.ts';
import { grewInIdleWorkers } from './warm-workers.ts';

/** Share of the requests that must have been followed for a clean verdict; the bound it states is that of these alone. */
const FOLLOWED = 0.1;

/** Apart enough for quick noise to be told from wandering, and near enough to be found a few times in a short settle. */
const LAG_SECONDS = 0.5;

const ORDER: readonly GroupVerdict[] = ['leak', 'undecided', 'plateau', 'noise'];

/**
 * The leak rule: what a recorded measurement says of each group of targets, and of all of them. Pure: the same measurement
 * always gives the same verdict, so a saved one can be judged again.
 */
export function judgeMeasurement(whole: Measurement): LeakVerdict {
  const measurement = withoutPassing(whole);
  const growth = growthOf(measurement);
  const lasting = withoutRecycled(measurement);
  const lastingGrowth = lasting && growthOf(lasting);
  let masked = false;
  const groups = measurement.groups.map((_, group) => {
    const all = judgeGroup(measurement, growth, group);
    const steady = lasting && lastingGrowth && judgeGroup(lasting, lastingGrowth, group);
    if (steady && isAllOf(steady, all)) return { ...steady, before: all.before, after: all.after };
    if (all.verdict === 'leak' && growth.recycled > 0) masked = true;
    return all;
  });
  groups.sort(
    (a, b) =>
      ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict) ||
      b.perRequest.estimate - a.perRequest.estimate ||
      b.after - a.after ||
      (a.pattern < b.pattern ? -1 : a.pattern > b.pattern ? 1 : 0),
  );
  const requests = { sent: 0, ok: 0, failed: 0 };
  for (const block of measurement.blocks) {
    requests.sent += block.requests.sent;
    requests.ok += block.requests.ok;
    requests.failed += block.requests.failed;
  }
  const leaks = groups.filter(({ verdict }) => verdict === 'leak');
  const detectable = groups.reduce((most, group) => Math.max(most, group.detectable), followedBound(growth));
  const followed = growth.steps.reduce((sum, step) => sum + (step.growth === null ? 0 : step.requests), 0);
  const seen = requests.ok > 0 && followed >= FOLLOWED * requests.ok && !growth.lost;
  const unsure = !seen || groups.some((group) => group.verdict === 'undecided');
  return {
    verdict: leaks.length > 0 ? 'leak' : unsure ? 'inconclusive' : 'clean',
    requests,
    perRequest: sumOf(
      leaks.length > 0
        ? leaks.filter((leak) => !isOtherEnd(leak, leaks))
        : groups.filter(({ after, before }) => after > before),
    ),
    detectable,
    bounds: boundsOf(whole),
    groups,
    masked,
    recycledEvery: growth.recycled === 0 ? null : requests.ok / growth.recycled,
  };
}

function judgeGroup(measurement: Measurement, growth: Growth, group: number): JudgedGroup {
  const gains: Gain[] = [];
  const blocks: number[] = [];
  for (const step of growth.steps) {
    if (step.growth === null || step.requests <= 0) continue;
    gains.push({ requests: step.requests, seconds: step.seconds, growth: step.growth[group] });
    blocks.push(step.block);
  }
  const survivors = survivorsOf(measurement, group);
  const idle = measurement.idle.filter((reading) => reading.quiet).map((reading) => levelOf(reading, group));
  const { verdict, reason, rate, detectable } = judge({
    gains,
    blocks,
    gaveBack: growth.gaveBack[group],
    idleNoise: medianDeviation(idle),
    // Lives that ended took what they held along.
    survivors: growth.recycled > 0 ? null : survivors,
    lives: Math.max(1, growth.grownLives[group]),
    idleWorkers: growth.recycled === 0 && grewInIdleWorkers(measurement, group),
    beside: {
      wandering: wandering(
        [measurement.idle, measurement.settle].map((readings) => samplesOf(readings, group)),
        LAG_SECONDS,
      ),
      pilesUp: growth.recycled > 0,
    },
  });
  let level = 0;
  const levels = [0, ...gains.map((gain) => (level += gain.growth))];
  return {
    ...measurement.groups[group],
    verdict,
    reason,
    perRequest: rate.perRequest,
    detectable,
    before: growth.before[group],
    after: growth.after[group],
    gaveBack: growth.gaveBack[group],
    opened: survivors === null ? null : survivors.reduce((sum, { opened }) => sum + opened, 0),
    kept: survivors === null ? null : survivors.reduce((sum, { kept }) => sum + kept, 0),
    trend: mannKendall(levels),
  };
}

/**
 * Whether processes that are not replaced lose all that a group is seen to lose. Those that are can only be followed in part,
 * and make the figure uncertain.
 */
function isAllOf(steady: JudgedGroup, all: JudgedGroup): boolean {
  if (steady.verdict !== 'leak') return false;
  return all.verdict !== 'leak' || steady.perRequest.estimate >= all.perRequest.low;
}

/** Of one group, per block; null unless names were read after every block. */
function survivorsOf(measurement: Measurement, group: number): Survivors[] | null {
  const found = measurement.blocks.map((block) => block.survivors?.[group]);
  const known = found.filter((survivors) => survivors !== undefined);
  return known.length === found.length ? known : null;
}

/** What would have been seen of a group that never showed: the rate that the followed requests rule out. */
function followedBound({ steps }: Growth): number {
  const gains = steps
    .filter((step) => step.growth !== null)
    .map(({ requests, seconds }) => ({ requests, seconds, growth: 0 }));
  return gains.length === 0 ? Number.POSITIVE_INFINITY : rateOf(gains).perRequest.high;
}

function boundsOf({ idle, blocks, settle }: Measurement): Bounds {
  const readings = [...idle, ...blocks.flatMap((block) => block.readings), ...settle];
  const [first, last] = [idle.at(-1) ?? readings[0], readings.at(-1)];
  return {
    requests: blocks.reduce((sum, block) => sum + block.requests.ok, 0),
    seconds: first === undefined || last === undefined ? 0 : last.seconds - first.seconds,
    levels: [...idle.slice(-1), ...blocks.flatMap((block) => block.readings.slice(-1))].map(totalLevel),
  };
}

function levelOf({ levels }: Reading, group: number): number {
  return levels.reduce((sum, { counts }) => sum + (counts?.[group] ?? 0), 0);
}

function samplesOf(readings: readonly Reading[], group: number): Sample[] {
  return readings.map((reading) => ({ seconds: reading.seconds, level: levelOf(reading, group) }));
}

function totalLevel({ levels }: Reading): number {
  return levels.reduce((sum, { counts }) => sum + (counts ?? []).reduce((all, count) => all + count, 0), 0);
}

/**
 * The other end of a connection that the service loses, or that one server it asks loses to another: one connection, held by two
 * processes. Of two such servers the one that is connected to has the other end, which the addresses tell.
 */
function isOtherEnd(leak: JudgedGroup, leaks: readonly JudgedGroup[]): boolean {
  if (leak.upstream !== true || (leak.class !== 'inet' && leak.class !== 'unix')) return false;
  const { low, high } = leak.perRequest;
  return leaks.some(
    (other) =>
      other.class === leak.class &&
      (other.upstream !== true || isAskedBy(leak.pattern, other.pattern)) &&
      low <= other.perRequest.high &&
      other.perRequest.low <= high,
  );
}

/** Whether `server`, `ADDRESS:8000->ADDRESS:*`, is what `client`, `ADDRESS:*->ADDRESS:8000`, is connected to. */
function isAskedBy(server: string, client: string): boolean {
  const [local = '', remote] = server.split('->');
  return remote !== undefined && !local.endsWith(':*') && client === `${remote}->${local}`;
}

/** Groups together: the figures add up, the errors as independent ones do. */
function sumOf(groups: readonly JudgedGroup[]): Estimate {
  let estimate = 0;
  let [below, above] = [0, 0];
  for (const { perRequest } of groups) {
    estimate += perRequest.estimate;
    below += (perRequest.estimate - perRequest.low) ** 2;
    above += (perRequest.high - perRequest.estimate) ** 2;
  }
  return { estimate, low: estimate - Math.sqrt(below), high: estimate + Math.sqrt(above) };
}
