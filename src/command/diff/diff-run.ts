import { diffReport } from '../../analysis/diff/diff.ts';
import { type Side, SideReader } from '../../analysis/diff/side.ts';
import { choosesRows, filterRows } from '../../analysis/filter.ts';
import { shellWord } from '../../analysis/next-command.ts';
import { UsageError } from '../../model/error.ts';
import type { Source } from '../../model/source.ts';
import type { ExitCode, Invocation } from '../definition.ts';
import { openSource, type SourceChoice } from '../input/source-choice.ts';
import { deliverVerdict, exitCodeOf, targetsOf } from '../output/deliver.ts';
import { filterOf, narrowed } from '../pipeline.ts';

/** Lines of each table where `--top` does not say. */
const TOP = 20;

export async function run(invocation: Invocation): Promise<ExitCode> {
  const { options, words } = invocation;
  targetsOf(invocation);
  const opened = await openAll(invocation);
  const sources = options.flag('redact') ? await redacted(opened) : opened;
  const read: (readonly Side[])[] = [];
  for (const source of sources) read.push(await sidesOf(source, invocation));
  const [first, second, ...more] = sources.length === 1 ? (read[0] ?? []) : read.flatMap((sides) => sides.slice(-1));
  if (!first || !second) {
    const file = shellWord(words[0] ?? 'FILE');
    throw new UsageError(
      `diff wants two listings: ${words[0]} holds one.`,
      `leaksof diff ${file} CURRENT   (or this machine as it is now: leaksof diff ${file} --live)`,
    );
  }
  const report = diffReport([first, second, ...more], {
    top: options.number('top') ?? TOP,
    maxGrowth: options.number('max-growth'),
  });
  await deliverVerdict(report, invocation);
  return exitCodeOf(report);
}

/** The words in their order, then the live machine where it is asked for. */
async function openAll({ options, words, around, ...rest }: Invocation): Promise<readonly Source[]> {
  if (words.filter((word) => word === '-').length > 1) throw new UsageError('stdin can be read once: one - only.');
  const dialect = options.text('dialect');
  const root = options.text('proc');
  const choices: SourceChoice[] = words.map((path) => ({ kind: 'input', path, dialect }));
  if (options.flag('live') || root !== null) choices.push({ kind: 'live', root });
  const filter = filterOf({ options, words, around, ...rest });
  const wish = narrowed({ names: 'all', detail: 'full' }, filter);
  return Promise.all(choices.map((choice) => openSource(choice, around, wish, options.flag('quiet'))));
}

async function redacted(sources: readonly Source[]): Promise<readonly Source[]> {
  const { redactedSources } = await import('../input/redacted-source.ts');
  return redactedSources(sources);
}

async function sidesOf(source: Source, invocation: Invocation): Promise<readonly Side[]> {
  const filter = filterOf(invocation);
  const reader = new SideReader(invocation.options.number('soft-limit'), choosesRows(filter));
  return reader.finish(await source.read(filterRows(filter, reader)));
}
