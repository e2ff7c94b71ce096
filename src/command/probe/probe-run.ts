import { hostname } from 'node:os';
import { probeReport } from '../../analysis/probe/probe-report.ts';
import type { UrlRun } from '../../analysis/probe/probe-run.ts';
import { probeUrls } from '../../measure/probe/probe.ts';
import { LeaksofError, UsageError } from '../../model/error.ts';
import type { ExitCode, Invocation } from '../definition.ts';
import { deliverVerdict, exitCodeOf, targetsOf } from '../output/deliver.ts';
import { openSink } from '../output/output.ts';
import { progress } from '../output/progress.ts';
import { sayPermission } from '../pipeline.ts';
import { probeSettings, requestPlans } from './probe-plan.ts';
import { recordText } from './record.ts';
import { urlsOf } from './url-list.ts';

export async function run(invocation: Invocation): Promise<ExitCode> {
  const { options, around } = invocation;
  targetsOf(invocation);
  if (around.platform !== 'linux') {
    throw new LeaksofError(`probe watches processes through /proc, which ${around.platform} does not have.`, null, 2);
  }
  const urls = urlsOf(invocation);
  if (urls.length === 0) throw new UsageError('probe wants a URL.', 'leaksof probe http://127.0.0.1:8080/');
  const plans = requestPlans(urls, options);
  const talk = progress(around, options.flag('quiet'));
  const time = new Date().toISOString();
  const runs = await probeUrls(plans, probeSettings(invocation, around.interruption(), talk.say)).finally(talk.done);
  record(runs, options.text('record'));
  const report = probeReport(runs, {
    maxPerRequest: options.number('max-per-request'),
    source: { kind: 'live', name: hostname(), dialect: 'proc', time },
  });
  await deliverVerdict(report, invocation);
  if (!options.flag('quiet')) sayPermission(report.coverage, around);
  return exitCodeOf(report);
}

function record(runs: readonly UrlRun[], file: string | null): void {
  if (file === null) return;
  const sink = openSink(file);
  try {
    sink.write(recordText(runs));
    sink.close();
  } catch (error) {
    sink.abandon();
    throw error;
  }
}
