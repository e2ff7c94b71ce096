import { statfs } from 'node:fs/promises';
import type { GuardBudget } from '../../analysis/guard/budget.ts';
import { DiskOutlook, type DiskReading } from '../../analysis/guard/disk-outlook.ts';
import { CouldNotTellError, UsageError } from '../../model/error.ts';
import { reasonOf } from '../../source/disk/file-error.ts';
import type { Collector } from './collector.ts';

/** Seconds between two looks; a budget of time wants a rate that is young against it. */
const PERIOD = 30;
const PART_OF_TIME = 20;
const SHORTEST = 1;
/** A file system that does not answer for so long hangs. Seconds. */
const PATIENCE = 20;

/** The part of statfs(2) that is needed, so that tests can have their own. */
export type AskDisk = (folder: string) => Promise<{
  readonly bsize: number;
  readonly blocks: number;
  readonly bfree: number;
  readonly bavail: number;
  readonly files: number;
  readonly ffree: number;
}>;

/**
 * Looks at the file system of a folder. Free is what an ordinary user may take (f_bavail), also where we are root: the rest is
 * kept for root (ext4: 5 %), and services run without it.
 */
export function diskCollector(budget: GuardBudget, ask: AskDisk = (folder) => statfs(folder)): Collector {
  const folder = budget.folder ?? '/';
  const outlook = new DiskOutlook(budget);
  const period =
    budget.kind === 'disk-time' ? Math.min(PERIOD, Math.max(SHORTEST, budget.limit / PART_OF_TIME)) : PERIOD;
  return {
    budget,
    period,
    patience: PATIENCE,
    async collect(seconds) {
      return outlook.observe(await read(folder, seconds, ask));
    },
  };
}

async function read(folder: string, seconds: number, ask: AskDisk): Promise<DiskReading> {
  try {
    const { bsize, blocks, bfree, bavail, files, ffree } = await ask(folder);
    return {
      seconds,
      size: blocks * bsize,
      available: bavail * bsize,
      used: (blocks - bfree) * bsize,
      inodes: files,
      inodesFree: ffree,
    };
  } catch (error) {
    throw new Error(reasonOf(error), { cause: error });
  }
}

/**
 * Looks whether there is anything to guard, before a watch begins.
 *
 * @throws UsageError for a folder that is not there, or whose file system has no size
 * @throws CouldNotTellError for one that may not be looked at
 */
export async function checkDisk({ folder }: GuardBudget, ask: AskDisk = (path) => statfs(path)): Promise<void> {
  const option = `--min-disk ${folder}`;
  try {
    const answer = await soon(ask(folder ?? '/'));
    if (answer === null) throw new CouldNotTellError(`${option}: its file system has not answered for ${PATIENCE} s.`);
    if (answer.blocks > 0) return;
  } catch (error) {
    if (error instanceof CouldNotTellError) throw error;
    const reason = reasonOf(error);
    if (reason === 'EACCES' || reason === 'EPERM') {
      throw new CouldNotTellError(`${option}: no permission to look there.`, null, { cause: error });
    }
    const why =
      reason === 'ENOENT' || reason === 'ENOTDIR' ? 'there is no such folder' : `cannot be looked at (${reason})`;
    throw new UsageError(`${option}: ${why}.`, null, { cause: error });
  }
  throw new UsageError(`${option}: its file system has no size and is never full.`);
}

/** What comes of it; null if nothing does for too long. */
async function soon<T>(work: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), PATIENCE * 1000);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
