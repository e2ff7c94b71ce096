import { resolve } from 'node:path';
import { deletedAnalysis } from '../../analysis/deleted/deleted.ts';
import { allocatedBehind } from '../../source/proc/file/allocated.ts';
import type { ExitCode, Invocation } from '../definition.ts';
import { chooseSource } from '../input/source-choice.ts';
import { answer } from '../pipeline.ts';

/** Lines printed where `--top` does not say. */
const TOP = 20;

export async function run(invocation: Invocation): Promise<ExitCode> {
  const { options, words, around } = invocation;
  const choice = chooseSource(invocation, words[0]);
  const root = choice.kind === 'live' && around.platform === 'linux' ? resolve(choice.root ?? '/proc') : null;
  return answer(invocation, {
    source: words[0],
    live: { names: 'all', detail: 'stat' },
    make: () =>
      deletedAnalysis({
        top: options.number('top') ?? TOP,
        maxDeleted: options.number('max-deleted'),
        only: onlyOf(invocation),
        allocatedOf:
          root === null
            ? null
            : ({ pid, number }, { device, node }) => allocatedBehind(`${root}/${pid}/fd/${number}`, device, node),
      }),
  });
}

function onlyOf({ options }: Invocation): 'label' | 'some' | null {
  if (options.numbers('pid').length > 0 || options.texts('user').length > 0) return 'some';
  return options.texts('command').length > 0 ? 'label' : null;
}
