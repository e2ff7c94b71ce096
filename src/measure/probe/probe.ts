import type { UrlRun } from '../../analysis/probe/probe-run.ts';
import { CouldNotTellError } from '../../model/error.ts';
import type { RequestPlan } from '../load/request-plan.ts';
import { Target } from '../target/target.ts';
import { probeUrl } from './probe-url.ts';
import type { ProbeSettings } from './settings.ts';
import { failedRun } from './url-run.ts';

/** Probes one URL after the other: two at a time would each see what the other does. */
export async function probeUrls(plans: readonly RequestPlan[], settings: ProbeSettings): Promise<UrlRun[]> {
  // One that may not be probed ends the whole call: better at once than after minutes of the others.
  for (const plan of plans) await refuseRemote(plan, settings);
  const runs: UrlRun[] = [];
  for (const plan of plans) runs.push(settings.signal.aborted ? unbegun(plan) : await probeUrl(plan, settings));
  return runs;
}

async function refuseRemote(plan: RequestPlan, settings: ProbeSettings): Promise<void> {
  try {
    await Target.addresses(plan, settings);
  } catch (error) {
    // A name without an address is told with the others' results.
    if (!(error instanceof CouldNotTellError)) throw error;
  }
}

/** A URL that was left out must not be missed in the report. */
function unbegun(plan: RequestPlan): UrlRun {
  return failedRun(plan, new CouldNotTellError(`${plan.url}: not probed, interrupted before its turn.`));
}
