import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { shellWord } from '../analysis/next-command.ts';
import { systemClock } from '../measure/clock.ts';
import { UsageError } from '../model/error.ts';
import type { ExitCode, Invocation } from './definition.ts';
import { targetsOf } from './deliver.ts';
import { guardWishOf } from './watch-budgets.ts';
import { WatchGuard } from './watch-guard.ts';
import { follow, type WatchPlan } from './watch-loop.ts';
import { WatchTalk } from './watch-talk.ts';
import { missingPids, wishOf, wishText } from './watch-wish.ts';

/** Seconds between samples, at least: a look at a large machine takes part of that. */
const LEAST_EVERY = 0.05;

export async function run(invocation: Invocation): Promise<ExitCode> {
  const { around, trailing } = invocation;
  const plan = planOf(invocation);
  const guardWish = guardWishOf(invocation);
  const { wish, clock, watched, talk } = plan;
  const chosen = wish.pids.length + wish.labels.length + wish.ports.length + wish.users.length + trailing.length;
  const guard = await WatchGuard.start(guardWish, {
    every: plan.every,
    root: plan.root,
    everybody: chosen === 0,
    again: `sudo ${around.call.map(shellWord).join(' ')}`,
    origin: { host: hostname(), watched },
    env: around.env,
    now: () => clock.now().seconds,
    talk,
  });
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

function rootOf({ options, around }: Invocation): string {
  const root = options.text('proc');
  if (around.platform !== 'linux' && root === null) {
    throw new UsageError('watch counts through /proc, which only Linux has.', 'leaksof snap, later leaksof diff');
  }
  return resolve(root ?? '/proc');
}
