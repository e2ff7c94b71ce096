import { endsAnalysis } from '../../analysis/pipes/ends.ts';
import { Entries } from '../../analysis/pipes/entries.ts';
import { UNOBSERVED } from '../../analysis/pipes/observation.ts';
import type { EndHolder } from '../../analysis/pipes/pipe-data.ts';
import { fullness } from '../../analysis/pipes/pipe-state.ts';
import { liveSource } from '../../source/live.ts';
import type { FillMethod } from '../../source/proc/fill/fill.ts';
import { lookAtFill, lookAtFlags } from './fill.ts';

const ROOT = '/proc';

export interface FullestOptions {
  /** Only pipes of which one of these holds an end; null = all. */
  readonly pids: readonly number[] | null;
  readonly methods?: readonly FillMethod[];
}

interface FullestPipe {
  /** Of its capacity; 1 where nothing more goes in. */
  readonly share: number;
  readonly full: boolean;
  readonly queued: number;
  readonly capacity: number;
  /** inode, decimal. */
  readonly inode: string;
  /** Path of a FIFO; null for a pipe. */
  readonly name: string | null;
  /** The first so many that hold an end. */
  readonly holders: readonly EndHolder[];
}

export interface FullestReading {
  /** null where there is no pipe, or none could be read. */
  readonly fullest: FullestPipe | null;
  /** Pipes that were read, and pipes with a write end that were not: one of these may be fuller. */
  readonly read: number;
  readonly unread: number;
  /** Processes that could not be looked at: they may hold pipes that nobody saw. */
  readonly refused: number;
  /** Why none could be read; null where some could, or there was none. */
  readonly why: string | null;
}

/**
 * The fullest pipe at this moment, for a budget that stands guard. Lists the descriptors of every process (who holds the other
 * end is known only then: 3 us for each, 6 us for a pipe), opens a write end of each pipe for a moment, reads from none.
 */
export async function fullestPipe({ pids, methods }: FullestOptions): Promise<FullestReading> {
  const analysis = endsAnalysis(pids === null ? {} : { pid: pids });
  const { data: ends, coverage } = analysis.finish(
    await liveSource({ root: ROOT, names: 'all', detail: 'stat' }).read(analysis),
  );
  const chosen = ends.files.filter((file) => file.chosen && (file.kind === 'pipe' || file.kind === 'fifo'));
  const { fills, why } = lookAtFill(chosen, false, methods);
  const seen = { ...UNOBSERVED, fills, flags: lookAtFlags(ROOT, chosen) };
  const pipes = new Entries({ ends, seen, before: null, live: true }).pipes();
  const told = pipes.flatMap((pipe): FullestPipe[] => {
    const { state, queued, capacity, node, name, ends: holders } = pipe;
    const share = fullness(pipe);
    if (share === null || queued === null || capacity === null || node === null || state === 'packets') return [];
    return [{ share, full: state === 'full', queued, capacity, inode: node, name, holders }];
  });
  const fullest = told.reduce<FullestPipe | null>(
    (best, pipe) => (best && best.share >= pipe.share ? best : pipe),
    null,
  );
  return {
    fullest,
    read: told.length,
    unread:
      pipes.filter(({ missing }) => missing !== 'writer').length - told.filter(({ holders }) => writes(holders)).length,
    refused: coverage.processes.refused,
    why: told.length > 0 || pipes.length === 0 ? null : (why ?? pipes.find((pipe) => pipe.why !== null)?.why ?? null),
  };
}

function writes(holders: readonly EndHolder[]): boolean {
  return holders.some(({ access }) => access !== 'r');
}
