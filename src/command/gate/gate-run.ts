import { hostname } from 'node:os';
import { Baseline, type KnownLeak, leaksOf } from '../../analysis/gate/baseline.ts';
import { gateReport } from '../../analysis/gate/gate-report.ts';
import type { UrlRun } from '../../analysis/probe/probe-run.ts';
import { urlVerdict } from '../../analysis/probe/url-verdict.ts';
import type { RequestPlan } from '../../measure/load/request-plan.ts';
import { probeUrls } from '../../measure/probe/probe.ts';
import { failedRun } from '../../measure/probe/url-run.ts';
import { CouldNotTellError, LeaksofError, UsageError } from '../../model/error.ts';
import type { Report } from '../../model/report.ts';
import type { ExitCode, Invocation } from '../definition.ts';
import { deliverVerdict, exitCodeOf, targetsOf } from '../output/deliver.ts';
import { progress } from '../output/progress.ts';
import { sayPermission } from '../pipeline.ts';
import { probeSettings, requestPlans } from '../probe/probe-plan.ts';
import { readBaseline, writeBaseline } from './baseline-file.ts';
import { gateConfig } from './gate-config.ts';
import { withService } from './gate-service.ts';

export async function run(invocation: Invocation): Promise<ExitCode> {
  const { options, trailing, around } = invocation;
  targetsOf(invocation);
  if (around.platform !== 'linux') {
    throw new LeaksofError(`gate watches processes through /proc, which ${around.platform} does not have.`, null, 2);
  }
  const config = gateConfig(invocation, process.cwd());
  if (config.urls.length === 0)
    throw new UsageError('gate wants --url URL.', 'leaksof gate --url :3000/health -- npm start');
  if (trailing.length === 0) {
    throw new UsageError(
      'gate wants the command of the service, after --.',
      'leaksof gate --url :3000/health -- npm start',
    );
  }
  const baselineFile = options.text('baseline');
  const before = baselineFile === null ? null : readBaseline(baselineFile);
  const plans = requestPlans(config.urls, options);
  const talk = progress(around, options.flag('quiet'));
  const settings = probeSettings(invocation, around.interruption(), talk.say);
  // Whoever reads stderr may have had enough before the answer is known.
  around.stderr.on('error', () => {});
  const time = new Date().toISOString();
  const ports = [...new Set(plans.map(({ port }) => port))];
  const { service, result } = await withService(invocation, ports, talk, () => probeUrls(plans, settings));
  talk.done();
  const runs = withUnprobed(plans, result ?? []);
  const written = options.text('write-baseline');
  const now = written === null ? null : baselineOf(runs, written, around.stderr);
  const report = gateReport(runs, service, {
    ...config,
    baseline: (now ?? before) ? new Baseline(now ?? before ?? []) : null,
    baselineFile: written ?? baselineFile,
    allowInconclusive: options.flag('allow-inconclusive'),
    source: { kind: 'live', name: hostname(), dialect: 'proc', time },
  });
  await deliverVerdict(report, invocation);
  if (!options.flag('quiet')) sayPermission(report.coverage, around);
  return exitCode(report);
}

/** URLs whose turn did not come stand in the report all the same: nobody must take them for clean. */
function withUnprobed(plans: readonly RequestPlan[], runs: readonly UrlRun[]): UrlRun[] {
  return plans.map((plan, index) => runs[index] ?? failedRun(plan, new CouldNotTellError('It was not probed.')));
}

/** Saves the leaks that there are; null, and a word about it, where some URL was not measured and may have others. */
function baselineOf(runs: readonly UrlRun[], file: string, stderr: Invocation['around']['stderr']): KnownLeak[] | null {
  if (runs.some(({ measurement }) => measurement === null)) {
    stderr.write('leaksof: no baseline was written, since not every URL could be measured\n');
    return null;
  }
  const leaks = leaksOf(runs.map(urlVerdict));
  writeBaseline(file, leaks);
  return leaks;
}

/** What was skipped on purpose is no reason for 3; a service that did not live is. */
function exitCode(report: Report): ExitCode {
  const { checks = [] } = report;
  const well = checks.every(({ verdict }) => verdict === 'pass' || verdict === 'skipped');
  return well ? 0 : exitCodeOf(report);
}
