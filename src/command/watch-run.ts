import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { factsOf } from '../analysis/guard/budget.ts';
import { shellWord } from '../analysis/next-command.ts';
import { systemClock } from '../measure/clock.ts';
import { UsageError } from '../model/error.ts';
import type { ExitCode, Invocation } from './definition.ts';
import { targetsOf } from './deliver.ts';
import { type GuardWish, guardWishOf } from './watch-budgets.ts';
import { WatchGuard } from './watch-guard.ts';
import { follow, type WatchPlan } from './watch-loop.ts';
import { WatchTalk } from './watch-talk.ts';
import { missingPids, wishOf, wishText } from './watch-wish.ts';

/** Seconds between samples, at least: a look at a large machine takes part of that. */
const LEAST_EVERY = 0.05;
const PROC = '/proc';

export async function run(invocation: Invocation): Promise<ExitCode> {
  const { around, trailing } = invocation;
  const plan = planOf(invocation);
  const guardWish = guardWishOf(invocation);
  const { wish, clock, watched, talk } = plan;
  const named = wish.pids.length + wish.labels.length + wish.ports.length + trailing.length;
  checkReach(guardWish, named > 0, plan.root);
  const guard = await WatchGuard.start(guardWish, {
    every: plan.every,
    root: plan.root,
    everybody: named + wish.users.length === 0,
    again: `sudo ${around.call.map(shellWord).join(' ')}`,
    origin: { host: hostname(), watched },
    env: around.env,
    clock,
    talk,
  });
  for (const pid of plan.missing) talk.line('warning', `process ${pid} is not there`);
  try {
    return await follow(plan, guard);
  } finally {
    await guard.end();
  }
}

/** @throws LeaksofError for what does not fit together */
function planOf(invocation: Invocation): WatchPlan {
  const { options, trailing } = invocation;
  const root = rootOf(invocation);
  const wish = wishOf(invocation);
  const every = options.number('every') ?? 1;
  if (every < LEAST_EVERY) throw new UsageError(`--every wants at least ${LEAST_EVERY * 1000}ms.`);
  const targets = targetsOf(invocation);
  const missing = missingPids(wish, root);
  const watched = wishText(wish, trailing.length === 0 ? null : trailing);
  const clock = systemClock(`${root}/uptime`);
  return { invocation, root, wish, every, targets, missing, watched, clock, talk: new WatchTalk(invocation) };
}

/** @throws UsageError for a budget that cannot be had of whom is watched */
function checkReach({ budgets }: GuardWish, named: boolean, root: string): void {
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
