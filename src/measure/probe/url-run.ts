import type { Measurement } from '../../analysis/leak-rule/measurement.ts';
import type { ProbedLife, StopReason, UrlRun } from '../../analysis/probe/probe-run.ts';
import type { LeaksofError } from '../../model/error.ts';
import { countDescriptors } from '../../source/proc/descriptor/count.ts';
import { softLimitOf } from '../family/family.ts';
import type { Observer } from '../family/observer.ts';
import type { LoadCount } from '../load/load.ts';
import type { RequestPlan } from '../load/request-plan.ts';
import { isForwarder, isProxy } from '../target/forwarder.ts';
import { NobodyFound, type Target } from '../target/target.ts';
import type { InotifyBudget } from './inotify-budget.ts';

/** A run that gave no measurement, with the reason. */
export function failedRun({ url, method, keepAlive }: RequestPlan, error: LeaksofError): UrlRun {
  return {
    url,
    method,
    keepAlive,
    measurement: null,
    lives: [],
    answers: {},
    failures: {},
    deletedBytes: [],
    stopped: 'unmeasured',
    settleSeconds: 0,
    notes: error.hint === null ? [] : [error.hint],
    inconclusive: error.message,
    refused: error instanceof NobodyFound ? error.refused : 0,
  };
}

interface Finished {
  readonly plan: RequestPlan;
  readonly target: Target;
  readonly observer: Observer;
  readonly measurement: Measurement;
  readonly stopped: StopReason;
  readonly counts: readonly LoadCount[];
  readonly settleSeconds: number;
  /** Where the family opened connections to while it answered. */
  readonly passedOn: readonly string[];
  readonly inotify: ReturnType<InotifyBudget['standing']>;
}

export function finishedRun(finished: Finished): UrlRun {
  const { plan, observer, measurement, stopped, counts, settleSeconds } = finished;
  const bytes = observer.deletedBytes();
  return {
    url: plan.url,
    method: plan.method,
    keepAlive: plan.keepAlive,
    measurement,
    lives: livesOf(observer),
    answers: summed(counts.map(({ answers }) => answers)),
    failures: summed(counts.map(({ failures }) => failures)),
    deletedBytes: measurement.groups.map((_, group) => bytes.get(group) ?? null),
    stopped,
    settleSeconds,
    notes: notesOf(finished),
    inconclusive: doubt(finished),
    refused: observer.refused,
  };
}

function livesOf(observer: Observer): ProbedLife[] {
  const { family } = observer;
  const alive = new Map(family.members.map((member) => [member.life, member]));
  return family.lives.map(({ role, before, softLimit }, life) => {
    const member = alive.get(life);
    if (member === undefined) return { role, before, after: null, softLimit, headroom: null, ended: true };
    const limit = softLimitOf(member.folder) ?? softLimit;
    const after = countDescriptors(member.folder);
    const numbers = [...(observer.tableOf(life)?.keys() ?? [])];
    const above = limit === null ? 0 : numbers.filter((number) => number >= limit).length;
    const headroom = limit === null || after === null ? null : Math.max(0, limit - after + above);
    return { role, before, after, softLimit: limit, headroom, ended: false };
  });
}

function notesOf({ target, observer, inotify }: Finished): string[] {
  const { family, refused } = observer;
  const notes = target.upstreams.map(
    ({ pid, command, address }) => `measured too: ${command} ${pid} on ${address}, which works along with it`,
  );
  if (refused > 0) {
    notes.push(
      `names of ${refused} of ${family.members.length} processes could not be read (no permission): they were only counted`,
    );
  }
  const full = family.leastHeadroom();
  if (full !== null && full.used >= full.softLimit) {
    notes.push(
      `${full.member.process.command} ${full.member.pid} has no free descriptor left (${full.used} of ${full.softLimit}): what it opens now fails with EMFILE`,
    );
  }
  if (inotify !== null && inotify.held >= inotify.most * 0.9) {
    notes.push(
      `${inotify.held} inotify instances are open, and fs.inotify.max_user_instances allows ${inotify.most} to each user: inotify_init fails with EMFILE long before the limit of the process is reached`,
    );
  }
  return notes;
}

/** Why what was measured may not be all there is. */
function doubt({ target, observer, passedOn, inotify }: Finished): string | null {
  if (inotify?.usedUp === true) {
    return `no inotify instance was left to the service (${inotify.held} of ${inotify.most} are its own): what it failed to open was not seen`;
  }
  const { members } = observer.family;
  const first = members.find(({ pid }) => pid === target.serving) ?? members[0];
  if (first === undefined || target.upstreams.length > 0 || members.some(({ role }) => role === 'given')) return null;
  const { command } = first.process;
  const behind = 'give --pid PID or --also PORT of the service behind it';
  if (isForwarder(command)) {
    return `${command} ${first.pid} only passes connections on, and whom to could not be seen: ${behind}`;
  }
  if (isProxy(command) && passedOn.length > 0) {
    return `${command} ${first.pid} passes requests on to ${passedOn.join(', ')}, which could not be measured: ${behind}`;
  }
  return null;
}

function summed(maps: readonly ReadonlyMap<string | number, number>[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const map of maps) for (const [key, count] of map) sum[key] = (sum[key] ?? 0) + count;
  return sum;
}
