import { filtered, type RowFilter } from '../analysis/filter.ts';
import { anyGlob, globMatcher } from '../analysis/glob.ts';
import { forListing, type ListingPolicy } from '../analysis/listing-policy.ts';
import { shellWord } from '../analysis/next-command.ts';
import type { Coverage } from '../model/coverage.ts';
import { DESCRIPTOR_CLASSES } from '../model/descriptor-class.ts';
import { UsageError } from '../model/error.ts';
import type { Analysis } from '../model/source.ts';
import { safeText } from '../view/escape.ts';
import type { ExitCode, Invocation } from './definition.ts';
import { chooseSource, type LiveWish, openSource } from './input/source-choice.ts';
import { nearest } from './line/nearest.ts';
import { deliverVerdict, exitCodeOf, targetsOf } from './output/deliver.ts';

export interface Question<D extends object> {
  /** The SOURCE word, if there is one. */
  readonly source: string | undefined;
  /** What the live machine should be asked for. */
  readonly live: LiveWish;
  /** Makes the analysis afresh for each listing that may be the one to answer for. */
  make(): Analysis<D>;
}

/** Source, filter, listing, analysis, report, views, exit code: the way of every command that answers with a report. */
export async function answer<D extends object>(invocation: Invocation, question: Question<D>): Promise<ExitCode> {
  const { options, around } = invocation;
  targetsOf(invocation);
  const filter = filterOf(invocation);
  const analysis = filtered(
    filter,
    forListing(listingPolicyOf(invocation), () => question.make()),
  );
  const choice = chooseSource(invocation, question.source);
  const source = await openSource(choice, around, narrowed(question.live, filter), options.flag('quiet'));
  const report = analysis.finish(await source.read(analysis));
  await deliverVerdict(report, invocation);
  if (choice.kind === 'live' && !options.flag('quiet')) sayPermission(report.coverage, around);
  return exitCodeOf(report);
}

/** The exact line that would see what this one was refused: sudo drops the PATH that found node, so both paths are whole. */
export function sayPermission({ processes }: Coverage, { stderr, call }: Invocation['around']): void {
  const { refused } = processes;
  if (refused === 0) return;
  const those = refused === 1 ? 'the process that was' : `the ${refused} processes that were`;
  stderr.write(`leaksof: to list ${those} refused: sudo ${call.map(shellWord).map(safeText).join(' ')}\n`);
}

/** @throws UsageError for a class that does not exist, which would match nothing in silence */
export function filterOf({ options }: Invocation): RowFilter {
  for (const word of options.texts('class')) {
    if (DESCRIPTOR_CLASSES.some(globMatcher(word))) continue;
    const near = nearest(word, DESCRIPTOR_CLASSES);
    throw new UsageError(
      `--class ${word}: no class is called that; there are ${DESCRIPTOR_CLASSES.join(', ')}.`,
      near === null ? null : `did you mean --class ${near}?`,
    );
  }
  return {
    pid: options.numbers('pid'),
    command: options.texts('command'),
    user: options.texts('user'),
    class: options.texts('class'),
    type: options.texts('type'),
    name: options.texts('name'),
  };
}

/** `--listing last|all|N`; last where not given. */
export function listingPolicyOf({ options }: Invocation): ListingPolicy {
  const text = options.text('listing') ?? 'last';
  if (text === 'last' || text === 'all') return text;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError(`--listing ${text}: wants a number from 1, last or all.`);
}

/** The live source need not look at what the filter would drop anyway. */
export function narrowed(wish: LiveWish, { pid = [], command = [], user = [] }: RowFilter): LiveWish {
  const byCommand = anyGlob(command);
  const byUser = anyGlob(user);
  return {
    ...wish,
    ...(pid.length > 0 ? { pids: pid } : {}),
    keep: (fact) =>
      (command.length === 0 || fact.command === undefined || byCommand(fact.command)) &&
      (user.length === 0 || fact.user === undefined || byUser(fact.user)),
  };
}
