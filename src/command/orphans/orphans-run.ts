import { hostname } from 'node:os';
import { shellWord } from '../../analysis/next-command.ts';
import { grownSince } from '../../analysis/orphans/disk-growth.ts';
import { FILE_STATES, type JudgedFile, judgeFiles } from '../../analysis/orphans/judge.ts';
import type { Observation } from '../../analysis/orphans/observation.ts';
import type { RemovalResult } from '../../analysis/orphans/orphan-data.ts';
import { orphanReport } from '../../analysis/orphans/orphans.ts';
import { freedBy } from '../../analysis/orphans/sums.ts';
import { systemClock } from '../../measure/clock.ts';
import { isCandidate, mayLook } from '../../measure/orphans/knowable.ts';
import { INTERRUPTED, type Outcome, removeFiles } from '../../measure/orphans/removal.ts';
import { type FoundFile, MACHINE, scanOrphans } from '../../measure/orphans/scan.ts';
import { CouldNotTellError, LeaksofError, UsageError } from '../../model/error.ts';
import { reasonOf } from '../../source/disk/file-error.ts';
import { joined, pathOf } from '../../source/disk/file-tree.ts';
import { scanHolders } from '../../source/proc/file/file-holders.ts';
import { safeText } from '../../view/escape.ts';
import type { ExitCode, Invocation } from '../definition.ts';
import { lookAgain } from '../look-again.ts';
import { deliver, exitCodeOf, targetsOf } from '../output/deliver.ts';
import { ClosedPipe, openSink } from '../output/output.ts';
import { progress } from '../output/progress.ts';
import { sayPermission } from '../pipeline.ts';

/** Lines of each table where `--top` does not say. */
const TOP = 20;
/** Seconds, where `--older-than` does not say. */
const OLDER_THAN = 15 * 60;

/** Files in use more at the end of one look than of the one before, to tell a rate over the whole time between. */
interface Before {
  readonly observation: Observation;
  readonly seconds: number;
}

export async function run(invocation: Invocation): Promise<ExitCode> {
  const { options, around } = invocation;
  check(invocation);
  const every = options.number('every');
  const stop = around.interruption();
  if (every === null) return once(invocation, stop, null).then(({ code }) => code);
  const clock = systemClock();
  let before: Before | null = null;
  return lookAgain({
    every,
    clock,
    stop,
    around,
    look: async () => {
      const { code, observation } = await once(invocation, stop, before);
      before = { observation, seconds: clock.now().seconds };
      return code;
    },
  });
}

function check({ options, around, ...rest }: Invocation): void {
  targetsOf({ options, around, ...rest });
  if (around.platform !== 'linux') {
    throw new LeaksofError(`orphans looks for holders in /proc, which ${around.platform} does not have.`, null, 2);
  }
  if (options.flag('yes') && !options.flag('delete')) throw new UsageError('--yes is for --delete.');
  if (options.flag('print0') && (options.flag('json') || options.text('format') !== null)) {
    throw new UsageError('--print0 prints names and no report: one of them, not both.');
  }
  if (options.number('every') === 0) throw new UsageError('--every wants a time above 0.', '--every 60s');
}

interface Look {
  readonly code: ExitCode;
  readonly observation: Observation;
}

async function once(invocation: Invocation, stop: AbortSignal, before: Before | null): Promise<Look> {
  const { options, words, around } = invocation;
  const talk = progress(around, options.flag('quiet'));
  const scanned = await scanOrphans({
    folders: words,
    service: options.text('service'),
    eyes: MACHINE,
    signal: stop,
    say: talk.say,
  })
    .catch((error) => {
      throw withWayOut(error, around);
    })
    .finally(talk.done);
  const observation = since(scanned, before);
  const olderThan = options.number('older-than') ?? OLDER_THAN;
  const judged = judgeFiles(observation, olderThan);
  const removal = options.flag('delete') ? await remove(judged, observation, invocation, stop) : null;
  const only = FILE_STATES.find((state) => state === options.text('only')) ?? null;
  const report = orphanReport(observation, judged, {
    top: options.number('top') ?? TOP,
    olderThan,
    only,
    removal: removal === null ? null : resultOf(removal, options.flag('yes')),
    source: { kind: 'live', name: hostname(), dialect: 'proc', time: new Date(observation.time).toISOString() },
  });
  if (options.flag('print0')) {
    printNames(
      judged.filter(({ state }) => state === (only ?? 'orphaned')),
      options.text('output'),
    );
    if (!options.flag('quiet')) {
      for (const reason of observation.withheld) {
        around.stderr.write(`leaksof: nothing is called orphaned: ${safeText(reason)}\n`);
      }
    }
  } else {
    try {
      await deliver(report, invocation);
    } catch (error) {
      if (!(error instanceof ClosedPipe) || options.number('every') !== null) throw error;
    }
    if (!options.flag('quiet') && options.number('every') === null && !mayLook(MACHINE.proc)) {
      sayPermission(report.coverage, around);
    }
  }
  const failed = options.flag('yes') && removal?.some(({ kept }) => kept?.startsWith('could not') === true);
  const interrupted = options.number('every') === null && removal?.some(({ kept }) => kept === INTERRUPTED) === true;
  return { code: interrupted ? 130 : failed ? 3 : exitCodeOf(report), observation };
}

/** Of a folder that may not be read: the line that may. */
function withWayOut(error: unknown, { call }: Invocation['around']): unknown {
  if (!(error instanceof CouldNotTellError) || !/^(?:EACCES|EPERM)$/.test(reasonOf(error.cause))) return error;
  return new CouldNotTellError(error.message, `sudo ${call.map(shellWord).join(' ')}`, { cause: error });
}

/** The disk's growth since the look before, where there was one. */
function since(now: Observation<FoundFile>, before: Before | null): Observation<FoundFile> {
  if (before === null) return now;
  const seconds = systemClock().now().seconds - before.seconds;
  return { ...now, disks: grownSince(now.disks, before.observation.disks, seconds) };
}

/** Removes what is orphaned, or says what would be; each file is logged as it is decided. */
async function remove(
  judged: readonly JudgedFile<FoundFile>[],
  { service }: Observation,
  { options, around }: Invocation,
  signal: AbortSignal,
): Promise<readonly Outcome[]> {
  const orphaned = judged.filter(({ state }) => state === 'orphaned').map(({ file }) => file);
  if (!options.flag('yes')) return orphaned.map((file) => ({ file, kept: null }));
  return removeFiles(orphaned, {
    holders: (wanted) => scanHolders(MACHINE, wanted),
    mayHold: (pid) => isCandidate(pid, service),
    signal,
    log: ({ file, kept }) => {
      around.stderr.write(
        `leaksof: ${kept === null ? 'removed' : 'kept'} ${safeText(file.path)}${kept === null ? '' : ` (${safeText(kept)})`}\n`,
      );
    },
  });
}

function resultOf(outcomes: readonly Outcome[], done: boolean): RemovalResult {
  const of = (removed: boolean) => outcomes.filter(({ kept }) => (kept === null) === removed);
  return {
    done,
    removed: freedBy(of(true).map(({ file }) => file)),
    kept: of(false).map(({ file, kept }) => ({ path: file.path, why: kept ?? '' })),
  };
}

/** Names as they are: bytes, which no text can stand for. */
function printNames(judged: readonly JudgedFile<FoundFile>[], file: string | null): void {
  const sink = openSink(file);
  try {
    const end = Buffer.of(0);
    sink.writeBytes(Buffer.concat(judged.flatMap(({ file: { at } }) => [joined(pathOf(at.folder), at.name), end])));
    sink.close();
  } catch (error) {
    sink.abandon();
    if (!(error instanceof ClosedPipe)) throw error;
  }
}
