import { hostname } from 'node:os';
import type { ProbeData } from '../../analysis/probe/probe-data.ts';
import { probeReport } from '../../analysis/probe/probe-report.ts';
import { startDemo } from '../../measure/demo/demo.ts';
import { requestPlan } from '../../measure/load/request-plan.ts';
import { probeUrls } from '../../measure/probe/probe.ts';
import { LeaksofError } from '../../model/error.ts';
import type { NoteSection, Report } from '../../model/report.ts';
import type { ExitCode, Invocation } from '../definition.ts';
import { deliver, targetsOf } from '../output/deliver.ts';
import { ClosedPipe } from '../output/output.ts';
import { progress } from '../output/progress.ts';

/** The routes, with what is right to say of each. */
const ROUTES = [
  { path: '/photo', verdict: 'leak', does: 'opens cat.jpg for each request and does not close it' },
  { path: '/cache', verdict: 'clean', does: 'keeps 40 files open once each was asked for' },
  { path: '/healthy', verdict: 'clean', does: 'closes what it opens' },
] as const;
/** Enough to tell, and few enough to wait for: requests, and seconds. */
const REQUESTS = 1600;
const SETTLE = 2;
const DEADLINE = 12;

export async function run(invocation: Invocation): Promise<ExitCode> {
  const { options, around } = invocation;
  targetsOf(invocation);
  if (around.platform !== 'linux') {
    throw new LeaksofError(`demo probes a server through /proc, which ${around.platform} does not have.`, null, 2);
  }
  const talk = progress(around, options.flag('quiet'));
  const time = new Date().toISOString();
  const demo = await startDemo();
  try {
    const wish = { method: null, headers: [], body: null, keepAlive: false };
    const urls = ROUTES.map(({ path }) => `http://127.0.0.1:${demo.port}${path}`);
    const runs = await probeUrls(
      urls.map((url) => requestPlan(url, wish)),
      {
        root: '/proc',
        requests: REQUESTS,
        settle: SETTLE,
        deadline: DEADLINE,
        patient: false,
        timeout: DEADLINE,
        concurrency: null,
        toLimit: false,
        pids: [],
        also: [],
        allowRemote: false,
        signal: around.interruption(),
        say: talk.say,
      },
    ).finally(talk.done);
    const source = { kind: 'live', name: hostname(), dialect: 'proc', time } as const;
    const report = toured(probeReport(runs, { maxPerRequest: null, source }), urls, demo.pid);
    await deliver(report, invocation);
    return isRight(report.data, urls) ? 0 : 3;
  } catch (error) {
    if (error instanceof ClosedPipe) return 0;
    throw error;
  } finally {
    await demo.stop();
  }
}

/** The report with what there is to see, in front. */
function toured(report: Report<ProbeData>, urls: readonly string[], pid: number): Report<ProbeData> {
  const notes: NoteSection[] = [
    { kind: 'note', tone: 'plain', text: `the server was node ${pid}, and is gone again; its routes:` },
    ...ROUTES.map(({ path, does }) => ({ kind: 'note', tone: 'plain', text: `  ${path} ${does}` }) as const),
    { kind: 'note', tone: 'command', text: `as typed: leaksof probe ${urls.join(' ')}` },
  ];
  const sections = report.sections.filter((section) => section.kind !== 'note' || section.tone !== 'command');
  return { ...report, sections: [...sections, ...notes] };
}

function isRight({ urls }: ProbeData, asked: readonly string[]): boolean {
  return ROUTES.every(({ verdict }, index) => urls.find(({ url }) => url === asked[index])?.verdict === verdict);
}
