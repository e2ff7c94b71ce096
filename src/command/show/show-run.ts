import { choosesRows } from '../../analysis/filter.ts';
import { showAnalysis } from '../../analysis/show/show.ts';
import type { ExitCode, Invocation } from '../definition.ts';
import { answer, filterOf } from '../pipeline.ts';

/** Targets printed where `--top` does not say. */
const TOP = 20;

export async function run(invocation: Invocation): Promise<ExitCode> {
  const { options, words } = invocation;
  const [process = '', source] = words;
  const pid = /^\d{1,10}$/.test(process) ? Number(process) : null;
  return answer(invocation, {
    source,
    live: { names: 'all', detail: 'full', ...(pid === null ? {} : { pids: [pid] }) },
    make: () =>
      showAnalysis({
        process: pid ?? process,
        top: options.number('top') ?? TOP,
        softLimit: options.number('soft-limit'),
        partial: choosesRows(filterOf(invocation)),
      }),
  });
}
