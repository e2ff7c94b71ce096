import type { ProbeData } from '../../../src/analysis/probe/probe-data.ts';
import type { Target } from './target.ts';

/** What `probe --json` printed of one URL. */
export type ProbeDocument = ProbeData & { readonly verdict: 'leak' | 'clean' | 'inconclusive' };

/** How what a probe said compares with the truth. */
export interface Outcome {
  /** Nothing is wrong; `why` says what is. */
  readonly right: boolean;
  readonly why: readonly string[];
  readonly falseAlarm: boolean;
  /** Of a named leak: whether its interval has the true rate; else null. */
  readonly covered: boolean | null;
}

/** Largest error of the figure of an exact leak, as a share and in descriptors per request. */
const EXACT = { share: 0.05, least: 0.01 } as const;
/** Smallest rate that a clean verdict must be able to rule out. */
const DETECTABLE = 0.01;

export function outcomeOf({ expected }: Target, document: ProbeDocument): Outcome {
  const { verdict, perRequest, detectable, bounds } = document;
  const why: string[] = [];
  let covered: boolean | null = null;
  const accused = verdict === 'leak';
  switch (expected.verdict) {
    case 'leak': {
      if (!accused) {
        why.push(`missed (${verdict})`);
        break;
      }
      const named = document.groups.find(
        (group) =>
          group.verdict === 'leak' &&
          group.class === expected.class &&
          group.type === expected.type &&
          (expected.target.test(group.pattern) || expected.target.test(group.name)),
      );
      if (named === undefined) why.push(`named ${document.groups[0]?.type} ${document.groups[0]?.name}`);
      covered = perRequest.low <= expected.rate && expected.rate <= perRequest.high;
      if (!covered) why.push('not covered');
      const error = Math.abs(perRequest.estimate - expected.rate);
      if (!expected.random && error > Math.max(EXACT.share * expected.rate, EXACT.least)) why.push('far off');
      break;
    }
    case 'healthy':
      if (accused && document.requests.ok < (expected.needs ?? 0)) why.push('too few requests to tell');
      else if (accused) why.push('FALSE ALARM');
      else if (expected.clean && verdict !== 'clean') why.push(`not clean (${verdict})`);
      else if (expected.clean && (detectable ?? 1) > DETECTABLE) why.push(`detectable ${detectable}`);
      break;
    case 'unknowable':
      if (bounds.requests <= 0 || bounds.seconds <= 0) why.push('no bounds');
      break;
    case 'not-clean':
      if (verdict === 'clean') why.push('clean');
      break;
    case 'inconclusive':
      if (verdict !== 'inconclusive') why.push(accused ? 'FALSE ALARM' : verdict);
      break;
  }
  const falseAlarm = why.includes('FALSE ALARM');
  return { right: why.length === 0, why, falseAlarm, covered };
}
