import { namesAnalysis } from '../../analysis/names/names.ts';
import type { ExitCode, Invocation } from '../definition.ts';
import { answer } from '../pipeline.ts';

/** Lines printed where `--top` does not say. */
const TOP = 20;

export async function run(invocation: Invocation): Promise<ExitCode> {
  const { options, words } = invocation;
  return answer(invocation, {
    source: words[0],
    live: { names: 'all', detail: 'name' },
    make: () =>
      namesAnalysis({
        top: options.number('top') ?? TOP,
        exact: options.flag('exact'),
        associations: options.flag('open-files') ? 'all' : 'descriptors',
      }),
  });
}
