import type { Observation } from '../../analysis/guard/alert.ts';
import type { GuardBudget } from '../../analysis/guard/budget.ts';
import { processName } from '../../analysis/process/process-summary.ts';
import type { ExitWatch } from '../churn/exit-watch.ts';
import type { FollowedFamily } from '../churn/followed-family.ts';
import type { Collector } from './collector.ts';

/** Seconds without an answer that are a failure: whoever begins to follow asks the kernel for events, which takes a moment. */
const PATIENCE = 30;

/**
 * Asks how many exits of each manager and its workers fall into the time of a budget.
 *
 * @param index of the budget among those that are followed
 */
export function exitCollector(budget: GuardBudget, exits: ExitWatch, index: number): Collector {
  return {
    budget,
    period: 0,
    patience: PATIENCE,
    async collect() {
      await exits.settled;
      if (exits.failure !== null) throw new Error(exits.failure);
      return [...exits.families].map((family) => observation(family, index));
    },
  };
}

/** @throws Error if it could not look on */
function observation(family: FollowedFamily, index: number): Observation {
  if (family.failure !== null) throw new Error(family.failure);
  const { fold, manager } = family;
  const { pid, command, startTime } = manager ?? { pid: null, command: null, startTime: null };
  const budget = fold.budgets[index];
  return {
    key: family,
    target: { kind: 'process', name: processName({ pid, command }), pid, startTime, command },
    value: family.standing()[index] ?? null,
    partial: budget?.possible === true && budget.exceeded === null,
    detail: `${fold.exits} in all`,
    evidence: { exits: fold.exits, starts: fold.starts, alive: fold.alive, channel: family.channel.name },
  };
}
