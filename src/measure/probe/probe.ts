import type { UrlRun } from '../../analysis/probe/probe-run.ts';
import type { RequestPlan } from '../load/request-plan.ts';
import { probeUrl } from './probe-url.ts';
import type { ProbeSettings } from './settings.ts';

/** Probes one URL after the other: two at a time would each see what the other does. */
export async function probeUrls(plans: readonly RequestPlan[], settings: ProbeSettings): Promise<UrlRun[]> {
  const runs: UrlRun[] = [];
  for (const plan of plans) {
    if (settings.signal.aborted) break;
    runs.push(await probeUrl(plan, settings));
  }
  return runs;
}
