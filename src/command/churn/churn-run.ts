import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { ChurnFold } from '../../analysis/churn/fold.ts';
import { churnReport } from '../../analysis/churn/report.ts';
import { Follower } from '../../measure/churn/follower.ts';
import { RequestLoad } from '../../measure/churn/request-load.ts';
import { systemClock } from '../../measure/clock.ts';
import { ownUse } from '../../measure/watch/own-use.ts';
import { LeaksofError, UsageError } from '../../model/error.ts';
import type { ExitCode, Invocation } from '../definition.ts';
import { deliverVerdict, exitCodeOf, targetsOf } from '../output/deliver.ts';
import { ClosedPipe } from '../output/output.ts';
import { type ChurnDisplay, churnDisplay } from './churn-display.ts';

const PROC = '/proc';
/** Lines of each table where `--top` does not say, and requests where `--requests` does not. */
const TOP = 20;
const REQUESTS = 200;
/**
 * A connection is closed on the other side a moment after its answer, by somebody who is at work until then: so many looks
 * in a row at which nobody is, so many at most, and seconds between them.
 */
const QUIET_LOOKS = 2;
const MOST_LOOKS = 50;
const LOOK_EVERY = 0.003;

export async function run(invocation: Invocation): Promise<ExitCode> {
  const { options, words, around } = invocation;
  check(invocation);
  const targets = targetsOf(invocation);
  const url = options.text('url');
  const stop = around.interruption();
  const follower = await Follower.open({ root: PROC, process: words[0] ?? '', events: !options.flag('poll') });
  const fold = new ChurnFold(options.rates('max-exits'));
  const time = new Date().toISOString();
  try {
    const load = url === null ? null : await RequestLoad.open(url, options.number('requests') ?? REQUESTS, PROC);
    const display = churnDisplay(invocation, targets, fold);
    await follow({ follower, fold, load, display, invocation, stop });
    const seconds = follower.seconds;
    const cpuSeconds = follower.cpuSeconds;
    const report = churnReport(fold, {
      seconds,
      channel: follower.channel,
      requests: load?.requests ?? null,
      sysv: follower.sysv(),
      own: { cpuSeconds, share: cpuSeconds / seconds, descriptors: ownUse(PROC).descriptors },
      hidden: follower.hidden,
      top: options.number('top') ?? TOP,
      source: { kind: 'live', name: hostname(), dialect: 'proc', time },
    });
    await load?.close();
    await deliverVerdict(report, invocation, () => display.report(report));
    return exitCodeOf(report);
  } catch (error) {
    // Whoever read along has left before there was a verdict.
    if (error instanceof ClosedPipe) return 0;
    throw error;
  } finally {
    await follower.close();
  }
}

function check({ options, around }: Invocation): void {
  if (around.platform !== 'linux') {
    throw new LeaksofError(`churn follows processes in /proc, which ${around.platform} does not have.`, null, 2);
  }
  if (options.number('requests') !== null && options.text('url') === null) {
    throw new UsageError('--requests is for --url.', '--url http://127.0.0.1:8080/ --requests 200');
  }
  if (options.flag('keep-going') && options.rates('max-exits').length === 0) {
    throw new UsageError('--keep-going is for --max-exits.', '--max-exits 10/90s --keep-going');
  }
}

interface Following {
  readonly follower: Follower;
  readonly fold: ChurnFold;
  readonly load: RequestLoad | null;
  readonly display: ChurnDisplay;
  readonly invocation: Invocation;
  readonly stop: AbortSignal;
}

async function follow({ follower, fold, load, display, invocation, stop }: Following): Promise<void> {
  const { options } = invocation;
  const clock = systemClock();
  const limit = options.number('for') ?? Number.POSITIVE_INFINITY;
  const mayBreak = options.flag('keep-going');
  display.take(follower.tick());
  display.begin(follower.channel);
  for (;;) {
    const requests = load?.take() ?? null;
    display.take(follower.tick());
    if (requests !== null) fold.step(await quietLevels(follower, display, stop), requests);
    const broken = !mayBreak && fold.budgets.some(({ exceeded }) => exceeded !== null);
    const served = load?.isOver === true && limit === Number.POSITIVE_INFINITY;
    if (broken || served || stop.aborted || follower.isOver || follower.seconds >= limit) break;
    const sent = load?.next() ?? null;
    const pause = Math.max(0, Math.min(follower.pause, limit - follower.seconds));
    if (sent === null) await clock.wait(pause, stop);
    else await Promise.race([sleep(pause * 1000, undefined, { ref: false }), sent]);
  }
  display.take(await follower.last());
}

/** What each life holds when its connections are closed: the least of several looks. */
async function quietLevels(follower: Follower, display: ChurnDisplay, stop: AbortSignal): Promise<Map<number, number>> {
  let least = follower.held();
  let quiet = follower.isQuiet ? 1 : 0;
  for (let look = 1; look < MOST_LOOKS && quiet < QUIET_LOOKS; look++) {
    await systemClock().wait(LOOK_EVERY, stop);
    display.take(follower.tick());
    quiet = follower.isQuiet ? quiet + 1 : 0;
    const held = follower.held();
    least = new Map(
      [...held].flatMap(([life, count]) => {
        const before = least.get(life);
        return before === undefined ? [] : [[life, Math.min(before, count)] as const];
      }),
    );
  }
  return least;
}
