import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { factsOf } from '../../analysis/guard/budget.ts';
import { shellWord } from '../../analysis/next-command.ts';
import { ExitWatch } from '../../measure/churn/exit-watch.ts';
import { systemClock } from '../../measure/clock.ts';
import { UsageError } from '../../model/error.ts';
import type { ExitCode, Invocation } from '../definition.ts';
import { targetsOf } from '../output/deliver.ts';
import { type GuardWish, guardWishOf } from './watch-budgets.ts';
import { WatchGuard } from './watch-guard.ts';
import { follow, type WatchPlan } from './watch-loop.ts';
import { WatchTalk } from './watch-talk.ts';
import { missingPids, wishOf, wishText } from './watch-wish.ts';
import { WatchWorkers } from './watch-workers.ts';

/** Seconds between samples, at least: a look at a large machine takes part of that. */
const LEAST_EVERY = 0.05;
const PROC = '/proc';

export async function run(invocation: Invocation): Promise<ExitCode> {
  const { around, options } = invocation;
  const plan = planOf(invocation);
  const guardWish = guardWishOf(invocation);
  const { root, wish, clock, watched, talk } = plan;
  const named = isNamed(invocation, wish);
  checkReach(guardWish, options.flag('exits'), named, root);
  const again = `sudo ${around.call.map(shellWord).join(' ')}`;
  const rates = options.rates('max-exits');
  const exits = new ExitWatch(root, rates);
  const guard = await WatchGuard.start(guardWish, {
    every: plan.every,
    root,
    everybody: !named && wish.users.length === 0,
    again,
    exits,
    origin: { host: hostname(), watched },
    env: around.env,
    clock,
    talk,
  });
  for (const pid of plan.missing) talk.line('warning', `process ${pid} is not there`);
  const option = rates.length > 0 ? '--max-exits' : '--exits';
  const follows = rates.length > 0 || options.flag('exits');
  try {
    return await follow(plan, guard, follows ? new WatchWorkers({ exits, clock, option, again }) : null);
  } finally {
    await guard.end();
    await exits.close();
  }
}

/** @throws LeaksofError for what does not fit together */
function planOf(invocation: Invocation): WatchPlan {
  const { options, trailing, around } = invocation;
  const root = rootOf(invocation);
  const wish = wishOf(invocation);
  const every = options.number('every') ?? 1;
  if (every < LEAST_EVERY) throw new UsageError(`--every wants at least ${LEAST_EVERY * 1000}ms.`);
  const targets = targetsOf(invocation);
  const missing = missingPids(wish, root);
  const watched = wishText(wish, trailing.length === 0 ? null : trailing);
  const clock = systemClock(`${root}/uptime`);
  const talk = new WatchTalk(invocation);
  const exitsLine = isNamed(invocation, wish) ? exitsLineOf(around.call) : null;
  return { invocation, root, wish, every, targets, missing, watched, clock, talk, exitsLine };
}

/** Whether somebody in particular is watched, whose workers can be told from others. */
function isNamed({ trailing }: Invocation, { pids, labels, ports }: WatchPlan['wish']): boolean {
  return pids.length + labels.length + ports.length + trailing.length > 0;
}

/** How it was called, and `--exits`: before a `--`. */
function exitsLineOf([, , ...words]: readonly string[]): string {
  const at = words.indexOf('watch') + 1;
  return ['leaksof', ...words.slice(0, at), '--exits', ...words.slice(at)].map(shellWord).join(' ');
}

/** @throws UsageError for what cannot be had of whom is watched */
function checkReach({ budgets }: GuardWish, exits: boolean, named: boolean, root: string): void {
  if (exits && !named) {
    throw new UsageError('--exits wants a PROCESS: the manager whose workers end.', 'leaksof watch --exits 2445');
  }
  for (const budget of budgets) {
    const option = `--${factsOf(budget).option}`;
    if (budget.kind === 'exits' && !named) {
      throw new UsageError(
        `${option} wants a PROCESS: the manager whose workers end.`,
        `leaksof watch 2445 ${option} 10/90s`,
      );
    }
    if (budget.kind === 'pipe' && root !== PROC)
      throw new UsageError(`${option} is for this machine, not for --proc DIR.`);
  }
}

function rootOf({ options, around }: Invocation): string {
  const root = options.text('proc');
  if (around.platform !== 'linux' && root === null) {
    throw new UsageError('watch counts through /proc, which only Linux has.', 'leaksof snap, later leaksof diff');
  }
  return resolve(root ?? PROC);
}
