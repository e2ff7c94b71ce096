import { ruledOutRate } from '../statistics/exact-bounds.ts';
import { studentQuantile } from '../statistics/quantile.ts';
import { medianDeviation } from '../statistics/spread.ts';
import type { Survivors } from './measurement.ts';
import { type Beside, type Gain, type Rate, rateOf, totalOf } from './rate.ts';
import type { GroupVerdict, Reason } from './verdict.ts';

/**
 * The share of the requests, from the start, that the figure leaves out: pools and caches fill there. A short ladder of
 * doubling blocks has passed its first four blocks by then.
 */
const LEFT_OUT = 1 / 8;
/** Where the later half begins, which must grow as the earlier part did. */
const LATER = 1 / 2;
/** Chance of calling a movement without direction growth: several such tests guard a verdict, this is the weakest of them. */
const FALSE_GROWTH = 0.001;
/** The same where so few levels were read that the quantile would hide a plain leak; the other tests then weigh more. */
const FALSE_GROWTH_FEW = 0.005;
const FEW_STEPS = 8;
/** Fewest descriptors that make a leak: less is a late opener as easily. */
const FEWEST = 5;
/** Fewest steps that show growth to be steady. */
const FEWEST_STEPS = 3;
/** Steady growth of up to so many in each life may be a pool that fills by chance: the later half comes too early to show it full. */
const LATE_POOL = 12;
/** Growth that falls below this share of the earlier rate has slowed, if counting error does not explain it. */
const SLOWED = 0.75;
/** A population has stopped when its later half has at most this share of the growth. */
const LAST_OF_A_PLATEAU = 0.1;
/** Share of the growth that must still be open after the settle, and that may go away without casting doubt. */
const KEPT = 0.7;
const MAY_RETURN = 0.2;
/** A loss of this share of all growth under load, or in the settle, is a return. */
const FALL = 0.25;
const RETURNED = 0.7;
/** A loss of this share under load is one even where few levels make the noise look large. */
const DEEP_FALL = 0.5;
/** Growth must be more than this many times what the level may have wandered by itself, by its standard deviation. */
const WANDERED = 4;
/** Standard errors by which a slower pace must differ to have slowed: a leak with a chance is uneven too. */
const SLOWER = 3;
/** Standard errors that count as "within error". */
const WITHIN = 2.5;

/** What one group did, step by step. */
export interface History {
  readonly gains: readonly Gain[];
  /** Per gain, the block it belongs to. */
  readonly blocks: readonly number[];
  readonly gaveBack: number;
  /** Spread of the levels before the load, as a standard deviation. */
  readonly idleNoise: number;
  /** Per block; null if names were not read, or lives ended and took theirs along. */
  readonly survivors: readonly Survivors[] | null;
  /** Lives that grew. */
  readonly lives: number;
  /** It grew in workers that did little of the work. */
  readonly idleWorkers: boolean;
  readonly beside: Beside;
}

export interface Judgement {
  readonly verdict: GroupVerdict;
  readonly reason: Reason;
  readonly rate: Rate;
  readonly detectable: number;
}

/** Applies the leak rule to one group. */
export function judge(history: History): Judgement {
  const { gains } = history;
  const all = totalOf(gains);
  const tail = after(gains, all.requests * LEFT_OUT);
  const rate = rateOf(tail, history.beside);
  const noise = Math.max(history.idleNoise, stepNoise(gains));
  const needed = growthNeeded(rate, noise);
  const detectable = ruledOutRate(rate.requests, Math.max(needed, WANDERED * rate.wandered));
  const say = (verdict: GroupVerdict, reason: Reason): Judgement => ({ verdict, reason, rate, detectable });

  const grew = rate.growth >= needed;
  const allowance = Math.max(2, 2 * WITHIN * noise);
  const fall = deepestFall(gains);
  if (all.growth <= Math.max(1, WITHIN * noise) && !grew && fall <= allowance) return say('noise', 'flat');
  // A floor that rises under a sawtooth may be a leak.
  const deep = fall > Math.max(2, WITHIN * noise, DEEP_FALL * all.growth);
  if (deep || fall > Math.max(allowance, FALL * all.growth)) return say(grew ? 'undecided' : 'noise', 'fell-back');
  const back = history.gaveBack;
  if (back > Math.max(allowance, RETURNED * all.growth)) return say('noise', 'settled-back');

  const later = after(gains, all.requests * LATER);
  const pace = paceOf(tail, later);
  const latest = totalOf(later).growth;
  if (pace === 'stopped' || (!grew && latest <= LAST_OF_A_PLATEAU * all.growth)) return plateau(later, history);
  if (!grew) return say('noise', 'unsteady');
  if (tail.length < FEWEST_STEPS) return say('undecided', 'too-few');
  if (pace === 'slowed') return say('undecided', 'slowed');
  if (history.idleWorkers) return say('undecided', 'idle-workers');
  if (all.growth < LATE_POOL * history.lives) return say('undecided', 'too-few');
  if (!stayed(history, all.requests * LATER, noise)) return say('undecided', 'not-kept');
  if (back > Math.max(allowance, MAY_RETURN * latest)) return say('undecided', 'partly-back');
  if (rate.growth < WANDERED * rate.wandered) return say('noise', 'unsteady');
  if (rate.perRequest.low <= 0) return say('undecided', 'unsteady');
  return say('leak', 'grew');
}

/** It stopped: what the later half did is what can be said of the rate. */
function plateau(later: readonly Gain[], { beside, idleNoise }: History): Judgement {
  const rate = rateOf(later, beside);
  const needed = Math.max(growthNeeded(rate, Math.max(idleNoise, stepNoise(later))), WANDERED * rate.wandered);
  return { verdict: 'plateau', reason: 'stopped', rate, detectable: ruledOutRate(rate.requests, needed) };
}

/** Growth over the stretch of a rate from which on it counts as growth. */
function growthNeeded({ requests, error, freedom }: Rate, noise: number): number {
  const chance =
    error === 0
      ? 0
      : studentQuantile(1 - (freedom < FEW_STEPS ? FALSE_GROWTH_FEW : FALSE_GROWTH), freedom) * error * requests;
  return Math.max(FEWEST, chance, WITHIN * Math.SQRT2 * noise);
}

/** Whether the later half grows as the part before it did, within error. */
function paceOf(tail: readonly Gain[], later: readonly Gain[]): 'steady' | 'slowed' | 'stopped' {
  const late = totalOf(later);
  const early = totalOf(tail.slice(0, tail.length - later.length));
  if (late.growth <= 1) return 'stopped';
  if (early.requests === 0) return 'steady';
  const [before, now] = [early.growth / early.requests, late.growth / late.requests];
  const [first, second] = [rateOf(tail.slice(0, tail.length - later.length)).error, rateOf(later).error];
  // Counts scatter at least as a leak with that chance would; a whole number with each request does not scatter at all.
  const chance = Math.max(0, Math.min(before, 1) * (1 - Math.min(before, 1)));
  const counting = chance / early.requests + chance / late.requests;
  const error = Math.sqrt(Math.max(counting, first ** 2 + second ** 2));
  if (now >= SLOWED * before || before - now <= SLOWER * error) return 'steady';
  return late.growth < FEWEST ? 'stopped' : 'slowed';
}

/** Whether, of what the later blocks opened, as much stayed as the growth says: an amount, since short-lived opens add to it. */
function stayed({ gains, blocks, survivors }: History, from: number, noise: number): boolean {
  if (survivors === null) return true;
  const first = blocks[gains.length - after(gains, from).length];
  const grown = totalOf(gains.filter((_, index) => blocks[index] >= first)).growth;
  const kept = survivors.slice(first).reduce((sum, block) => sum + block.kept, 0);
  return kept >= KEPT * grown - WITHIN * noise;
}

/** The gains that begin at or after so many requests; at least the last one. */
function after(gains: readonly Gain[], from: number): readonly Gain[] {
  let requests = 0;
  for (const [index, gain] of gains.entries()) {
    if (requests >= from) return gains.slice(index);
    requests += gain.requests;
  }
  return gains.slice(-1);
}

/** The largest loss from a peak on. */
function deepestFall(gains: readonly Gain[]): number {
  let [level, peak, deepest] = [0, 0, 0];
  for (const { growth } of gains) {
    level += growth;
    peak = Math.max(peak, level);
    deepest = Math.max(deepest, peak - level);
  }
  return deepest;
}

/** Noise of a level, from what the steps do beside their common rate; a few wild steps do not enter. */
function stepNoise(gains: readonly Gain[]): number {
  const { requests, growth } = totalOf(gains);
  return medianDeviation(gains.map((gain) => gain.growth - (growth / requests) * gain.requests)) / Math.SQRT2;
}
