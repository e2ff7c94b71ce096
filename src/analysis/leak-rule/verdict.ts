import type { Estimate } from '../statistics/interval.ts';
import type { MannKendall } from '../statistics/mann-kendall.ts';
import type { TargetGroup } from './measurement.ts';

/** What a group did under load. */
export type GroupVerdict = 'leak' | 'plateau' | 'noise' | 'undecided';

/** Why a group got its verdict: a closed set, which the reader is told in words. */
export type Reason =
  | 'grew' // leak: it grew with the requests to the end, and what it gained stayed
  | 'stopped' // plateau: it grew at first, then no more
  | 'flat' // noise: it did not grow
  | 'unsteady' // noise: its growth does not stand out from its own movement; undecided if it hardly does
  | 'fell-back' // noise: it lost what it had gained while load ran; undecided if the rest still grows
  | 'settled-back' // noise: it lost what it had gained when the load stopped
  | 'slowed' // undecided: it still grows, ever slower
  | 'partly-back' // undecided: some of the growth went away with the load
  | 'idle-workers' // undecided: it grew in workers that did little of the work, and hardly in the busy ones
  | 'not-kept' // undecided: it grew, but what was opened was not what stayed
  | 'too-few'; // undecided: it grew, but too little was measured to tell

export interface JudgedGroup extends TargetGroup {
  readonly verdict: GroupVerdict;
  readonly reason: Reason;
  /** Descriptors gained per completed request. */
  readonly perRequest: Estimate;
  /** Smallest rate per request that would have been called a leak in this group, at 95 %. */
  readonly detectable: number;
  /** Levels of the whole family before the load and at its end. */
  readonly before: number;
  readonly after: number;
  /** What the settle took away. */
  readonly gaveBack: number;
  /** Descriptors first seen in the later blocks, and those still open after the settle; null if names were not read. */
  readonly opened: number | null;
  readonly kept: number | null;
  /** Test for a trend of the levels; told, and without a say. */
  readonly trend: MannKendall;
}

/** What was measured, and what no measurement of that length can rule out. */
export interface Bounds {
  /** A cache larger than this would look like a leak. */
  readonly requests: number;
  /** A close later than this would look like a leak. */
  readonly seconds: number;
  /** Descriptors in use by the family at each level, in order. */
  readonly levels: readonly number[];
}

export interface LeakVerdict {
  readonly verdict: 'leak' | 'clean' | 'inconclusive';
  readonly requests: { readonly sent: number; readonly ok: number; readonly failed: number };
  /** Of the leaking groups together; of everything that grew if there is no leak. */
  readonly perRequest: Estimate;
  /** Smallest rate that would have been seen in every group. */
  readonly detectable: number;
  readonly bounds: Bounds;
  readonly groups: readonly JudgedGroup[];
  /** Some of the loss is in workers that are replaced, which closes what they had kept. */
  readonly masked: boolean;
  /** Mean number of requests between two replacements of a worker, if workers were replaced; it can hide a leak. */
  readonly recycledEvery: number | null;
}
