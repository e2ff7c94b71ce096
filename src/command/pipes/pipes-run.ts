import { resolve } from 'node:path';
import { forListing } from '../../analysis/listing-policy.ts';
import { endsAnalysis } from '../../analysis/pipes/ends.ts';
import { type Observation, UNOBSERVED } from '../../analysis/pipes/observation.ts';
import { pipesReport } from '../../analysis/pipes/pipes.ts';
import { type Clock, systemClock } from '../../measure/clock.ts';
import { lookAtPipes } from '../../measure/pipes/look.ts';
import { UsageError } from '../../model/error.ts';
import type { ExitCode, Invocation } from '../definition.ts';
import { chooseSource, openSource, type SourceChoice } from '../input/source-choice.ts';
import { pipeShare } from '../line/values.ts';
import { lookAgain } from '../look-again.ts';
import { deliver, deliverVerdict, exitCodeOf, targetsOf } from '../output/deliver.ts';
import { filterOf, listingPolicyOf, sayPermission } from '../pipeline.ts';

/** Lines of each table where `--top` does not say. */
const TOP = 20;
/** Looks that are kept for the picture, which is so wide. */
const KEPT = 60;

export async function run(invocation: Invocation): Promise<ExitCode> {
  const { options, words, around } = invocation;
  targetsOf(invocation);
  pipeShare(options.number('max-pipe'));
  const choice = chooseSource(invocation, words[0]);
  if (options.flag('fill') && !isObserved(invocation, choice)) {
    throw new UsageError('--fill asks the kernel of the machine where the pipes are; a listing cannot be asked.');
  }
  const every = everyOf(invocation, choice);
  const clock = systemClock();
  if (every === null) {
    // A signal ends a single look as it always does.
    const { signal } = new AbortController();
    return (await look({ invocation, choice, before: [], clock, signal })).code;
  }
  const stop = around.interruption();
  let looks: readonly Observation[] = [];
  return lookAgain({
    every,
    clock,
    stop,
    around,
    look: async () => {
      const { code, seen } = await look({ invocation, choice, before: looks, clock, signal: stop });
      // Of what was seen before only the fill is asked for again.
      const { seconds, fills } = seen;
      looks = [...looks, { ...UNOBSERVED, seconds, fills }].slice(-KEPT);
      return code;
    },
    between: () => {
      if (!options.flag('quiet') && around.stderr.isTTY) around.stderr.write('\n');
    },
  });
}

/** Whether the machine itself is looked at: elsewhere than on Linux its lsof makes a listing. */
function isObserved({ around }: Invocation, choice: SourceChoice): boolean {
  return choice.kind === 'live' && around.platform === 'linux';
}

function everyOf({ options }: Invocation, choice: SourceChoice): number | null {
  const every = options.number('every');
  if (every === null) return null;
  if (every === 0) throw new UsageError('--every wants a time above 0.', '--every 1s');
  if (choice.kind !== 'live') throw new UsageError('--every looks at the machine again; a listing does not change.');
  return every;
}

interface LookSetup {
  readonly invocation: Invocation;
  readonly choice: SourceChoice;
  /** Looks so far, oldest first. */
  readonly before: readonly Observation[];
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

async function look(setup: LookSetup): Promise<{ readonly code: ExitCode; readonly seen: Observation }> {
  const { invocation, choice, before, clock, signal } = setup;
  const { options, around } = invocation;
  const filter = filterOf(invocation);
  const analysis = forListing(listingPolicyOf(invocation), () => endsAnalysis(filter));
  // Of every process, whatever the filters say: who holds the other end is what is asked.
  const source = await openSource(choice, around, { names: 'all', detail: 'stat' }, options.flag('quiet'));
  const ends = analysis.finish(await source.read(analysis));
  const live = isObserved(invocation, choice);
  const root = choice.kind === 'live' ? resolve(choice.root ?? '/proc') : '/proc';
  const seen = live
    ? await lookAtPipes(ends.data.files, { root, fill: options.flag('fill'), clock, signal })
    : UNOBSERVED;
  const report = pipesReport(ends, {
    top: options.number('top') ?? TOP,
    maxPipe: options.number('max-pipe'),
    looks: [...before, seen],
    live,
  });
  // A reader who leaves ends the loop.
  if (options.number('every') === null) await deliverVerdict(report, invocation);
  else await deliver(report, invocation);
  if (live && before.length === 0 && !options.flag('quiet')) sayPermission(report.coverage, around);
  return { code: exitCodeOf(report), seen };
}
