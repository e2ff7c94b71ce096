import { choosesRows } from '../../analysis/filter.ts';
import { GROUPINGS } from '../../analysis/group.ts';
import { rankAnalysis } from '../../analysis/rank/rank.ts';
import { UsageError } from '../../model/error.ts';
import type { ExitCode, Invocation } from '../definition.ts';
import { answer, filterOf } from '../pipeline.ts';

/** Processes whose names are read first where `--top` does not say. */
const TOP = 20;
/** The live machine's names are read for this long, in milliseconds, unless `--all`. */
const NAMES_MS = 1000;

export async function run(invocation: Invocation): Promise<ExitCode> {
  const { options, words } = invocation;
  if (options.flag('all') && options.flag('counts')) throw new UsageError('--all and --counts: one of them, not both.');
  const names = options.flag('all') ? 'all' : options.flag('counts') ? 'none' : 'some';
  const filter = filterOf(invocation);
  const top = options.number('top');
  return answer(invocation, {
    source: words[0],
    live: { names, detail: 'auto', top: top ?? TOP, budgetMs: NAMES_MS },
    make: () =>
      rankAnalysis({
        ...(top === null ? {} : { top }),
        by: GROUPINGS.find((name) => name === options.text('by')),
        softLimit: options.number('soft-limit'),
        maxUtilisation: options.number('max-utilisation'),
        partial: choosesRows(filter),
      }),
  });
}
