import { bytesText } from '../../model/bytes-text.ts';
import type { Reason } from '../leak-rule/verdict.ts';
import type { Estimate } from '../statistics/interval.ts';
import type { ProbeGroup, ProbeUrl } from './probe-data.ts';

/** What each reason of the leak rule means, for people. */
export const REASON_TEXT: Readonly<Record<Reason, string>> = {
  grew: 'grew with the requests to the end, and stayed',
  stopped: 'grew at first, then no more',
  flat: 'did not grow',
  unsteady: 'its growth does not stand out from its own movement',
  'fell-back': 'lost what it had gained while requests went on',
  'settled-back': 'closed when the requests ended',
  slowed: 'still grows, ever slower: more requests would tell (--requests, --deadline)',
  'partly-back': 'some of it closed when the requests ended',
  'idle-workers': 'grew in workers that did little of the work',
  'not-kept': 'grew, but what was opened is not what stayed',
  'too-few': 'too little was measured to tell (--requests, --deadline)',
};

/** A rate with as many digits as it can bear: `1.00`, `0.021`, `0.0004`. */
export function rateText(rate: number): string {
  const size = Math.abs(rate);
  if (size === 0) return '0';
  if (size >= 0.1) return rate.toFixed(2);
  return size >= 0.001 ? rate.toFixed(3) : rate.toFixed(4);
}

export function perRequestText({ estimate, low, high }: Estimate): string {
  return `${rateText(estimate)} per request [${rateText(low)}, ${rateText(high)}]`;
}

/** `1.00 per request [1.00, 1.00]`, `nothing above 0.004 per request in 3,240 requests`. */
export function figureText(url: ProbeUrl): string {
  const { verdict, perRequest, detectable, requests } = url;
  if (verdict === 'leak') return perRequestText(perRequest);
  if (requests.ok === 0 || detectable === null) return 'not measured';
  const bound = `nothing above ${rateText(detectable)} per request in ${grouped(requests.ok)} requests`;
  if (verdict === 'clean') return bound;
  const open = url.groups.find((group) => group.verdict === 'undecided');
  return open ? `undecided: ${perRequestText(open.perRequest)}` : `undecided in ${grouped(requests.ok)} requests`;
}

/** A sentence is no data: thousands are told apart by commas, as in the rest of the prose. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

export function secondsText(seconds: number): string {
  return `${seconds < 10 ? Math.round(seconds * 10) / 10 : Math.round(seconds)} s`;
}

/** `400 of 400 kept, none closed in 6 s`; what a verdict rests on. */
export function boundsText(group: ProbeGroup, { bounds }: ProbeUrl): string {
  const seconds = secondsText(bounds.seconds);
  const { opened, kept, deletedBytes } = group;
  const bytes = deletedBytes === null ? '' : `, ${bytesText(deletedBytes)} in deleted files`;
  if (opened === null || kept === null) return `${group.after - group.before} more in ${seconds}${bytes}`;
  const closed = opened - kept;
  return `${kept} of ${opened} kept, ${closed <= 0 ? 'none' : closed} closed in ${seconds}${bytes}`;
}

/** The whole of a red verdict as a sentence. */
export function leakSentence(group: ProbeGroup, url: ProbeUrl): string {
  const { ok } = url.requests;
  const grown = group.after - group.before;
  const seconds = secondsText(url.bounds.seconds);
  const kept =
    grown === ok
      ? `${grouped(ok)} of ${grouped(ok)} requests each kept one descriptor`
      : `${grouped(ok)} requests kept ${grouped(grown)} descriptors`;
  const closed = Math.max(0, (group.opened ?? 0) - (group.kept ?? 0));
  return `${kept}; ${closed === 0 ? 'none' : grouped(closed)} closed in ${seconds}`;
}

/** Type and pattern, as a line of lsof would be recognised by. */
export function groupLabel({ type, pattern, name }: ProbeGroup): string {
  return `${type} ${pattern.includes('*') ? pattern : name}`;
}
