import { hostname } from 'node:os';
import { drainReport } from '../../analysis/drain/drain.ts';
import { DrainFold } from '../../analysis/drain/fold.ts';
import { counted } from '../../analysis/finding/rule.ts';
import { systemClock } from '../../measure/clock.ts';
import { ExitRecord } from '../../measure/drain/exit-record.ts';
import { Follower } from '../../measure/drain/follower.ts';
import { DrainObserver } from '../../measure/drain/observer.ts';
import { type Member, Roster } from '../../measure/drain/roster.ts';
import { CouldNotTellError } from '../../model/error.ts';
import { signalName } from '../../model/signal.ts';
import { hiddenProcesses } from '../../source/proc/kernel/namespaces.ts';
import { ownPrivilege } from '../../source/proc/kernel/privilege.ts';
import { safeText } from '../../view/escape.ts';
import type { ExitCode, Invocation } from '../definition.ts';
import { deliverVerdict, exitCodeOf, targetsOf } from '../output/deliver.ts';
import { progress } from '../output/progress.ts';
import { sayPermission } from '../pipeline.ts';
import { drainWish, refuseTarget } from './drain-wish.ts';

/** Lines of each table where `--top` does not say. */
const TOP = 20;
const ROOT = '/proc';

export async function run(invocation: Invocation): Promise<ExitCode> {
  const { options, words, around } = invocation;
  targetsOf(invocation);
  const wish = drainWish(invocation);
  const [word = ''] = words;
  const stop = around.interruption();
  const time = new Date().toISOString();
  if (wish.signal !== null) refuseTarget(ROOT, word, []);
  const roster = new Roster(ROOT, word);
  if (wish.signal !== null) refuseTarget(ROOT, word, roster.members);
  const clock = systemClock();
  const zero = clock.now().seconds;
  const now = (): number => clock.now().seconds - zero;
  const observer = new DrainObserver(ROOT, roster, now);
  const fold = new DrainFold();
  const talk = progress(around, options.flag('quiet'));
  const exits = wish.followed ? await ExitRecord.open() : null;
  const follower = new Follower({
    clock,
    now,
    roster,
    observer,
    take: (item) => {
      fold.take(item);
      if (item.kind !== 'look' || !item.whole) return;
      if (fold.looks === 1 && options.flag('follow') && !options.flag('quiet')) {
        around.stderr.write(
          `leaksof: following ${counted(fold.lives.length, 'process', 'processes')} until they have ended\n`,
        );
      }
      talk.say(progressText(fold, roster));
    },
    send: (member, signal) => sendSignal(member, signal, invocation),
    exits,
    stop,
  });
  try {
    if (wish.followed) await follower.follow(wish);
    else await follower.lookOnce();
  } finally {
    talk.done();
    await Promise.all([exits?.close(), observer.close()]);
  }
  const report = drainReport(fold, {
    process: word,
    signal: wish.about,
    followed: wish.followed,
    grace: wish.grace,
    top: options.number('top') ?? TOP,
    hidden: hiddenOf(roster),
    source: { kind: 'live', name: hostname(), dialect: 'proc', time },
  });
  await deliverVerdict(report, invocation);
  if (!options.flag('quiet')) sayPermission(report.coverage, around);
  return exitCodeOf(report);
}

function progressText(fold: DrainFold, { living }: Roster): string {
  const { begin, seconds } = fold;
  const left = living.filter(({ role }) => role !== 'beside').length;
  if (begin === null) return `watching ${left} processes`;
  return `${begin.name}: ${(seconds - begin.seconds).toFixed(0)} s, ${left} of ${fold.lives.length} processes left`;
}

/** Says so first: what is sent cannot be taken back. */
function sendSignal({ pid, command }: Member, signal: number, { around }: Invocation): void {
  around.stderr.write(`leaksof: sending ${signalName(signal)} to ${safeText(command)} ${pid}\n`);
  try {
    process.kill(pid, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // It ended a moment ago: that will be seen.
    if (code === 'ESRCH') return;
    const hint = code === 'EPERM' ? `sudo kill -${signal} ${pid}, followed by: leaksof drain ${pid} --follow` : null;
    throw new CouldNotTellError(`${signalName(signal)} could not be sent to ${command} ${pid} (${code}).`, hint, {
      cause: error,
    });
  }
}

function hiddenOf({ unsearched }: Roster): string[] {
  const hidden = hiddenProcesses(ROOT, true, ownPrivilege(ROOT).capable);
  if (unsearched > 0)
    hidden.push(`${unsearched} processes could not be searched for the same listeners (no permission)`);
  return hidden;
}
