import type { ProbeUrl } from './probe-data.ts';
import { rateText } from './probe-text.ts';

/** Kept connections must lose so little of what new ones do for the loss to be that of connections. */
const LITTLE = 0.2;

/** Where a URL was asked over new connections and over kept ones, says which of the two the descriptors go with. */
export function withArms(urls: readonly ProbeUrl[]): ProbeUrl[] {
  return urls.map((url) => {
    if (url.keepAlive) return url;
    const kept = urls.find((other) => other.keepAlive && other.url === url.url && other.method === url.method);
    const text = kept === undefined ? null : comparison(url, kept);
    return text === null ? url : { ...url, notes: [...url.notes, text] };
  });
}

function comparison(each: ProbeUrl, kept: ProbeUrl): string | null {
  if (each.verdict !== 'leak' && kept.verdict !== 'leak') return null;
  if (each.verdict === 'inconclusive')
    return 'whether it goes with requests is not known: new connections told nothing';
  if (kept.verdict === 'inconclusive') return 'whether it goes with connections is not known: kept ones told nothing';
  const [one, other] = [lossOf(each), lossOf(kept)];
  const rates = `${rateText(one)} per request over new connections, ${rateText(other)} over kept ones`;
  if (other < LITTLE * one) return `it goes with connections, not with requests: ${rates}`;
  if (one < LITTLE * other) return `it goes with kept connections: ${rates}`;
  return `it goes with requests: ${rates}`;
}

function lossOf({ verdict, perRequest }: ProbeUrl): number {
  return verdict === 'leak' ? perRequest.estimate : 0;
}
