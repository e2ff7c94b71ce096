import type { Observation, ObservedFile, Service, ServiceProcess } from './observation.ts';

/** `orphaned` is an `unheld` file whose maker is surely not at work on it any more. */
export const FILE_STATES = ['in-use', 'unheld', 'orphaned'] as const;
export type FileState = (typeof FILE_STATES)[number];

export interface JudgedFile<F extends ObservedFile = ObservedFile> {
  readonly file: F;
  readonly state: FileState;
  /** Seconds since it was last written, made, or changed in name or owner. */
  readonly age: number;
  /** Why an unheld file is not called orphaned; null for the others. */
  readonly why: 'young' | 'maker' | 'withheld' | null;
  /** The process that may be at work on it. */
  readonly maker: ServiceProcess | null;
}

/** Starts are known to a hundredth of a second, and the two clocks drift: ms. */
const START_ERROR = 100;

/**
 * Splits files by who may need them. A file that nobody holds may be work in progress, so it is orphaned only when it is
 * older than `olderThan` seconds and, where a service is named, no living process of it can be at work on it: each started
 * after the file was last touched, or does no work (a manager), or has been back in its loop since (a worker that serves one
 * request at a time and gives signs of life between them).
 */
export function judgeFiles<F extends ObservedFile>(
  { files, time, service, withheld }: Observation<F>,
  olderThan: number,
): JudgedFile<F>[] {
  return files.map((file) => {
    const touched = touchedAt(file);
    const age = (time - touched) / 1000;
    const judged = (state: FileState, why: JudgedFile['why'] = null, maker: ServiceProcess | null = null) => ({
      file,
      state,
      age,
      why,
      maker,
    });
    if (file.holders.length > 0) return judged('in-use');
    if (age < olderThan) return judged('unheld', 'young');
    const maker = service === null ? null : possibleMaker(service, touched);
    if (maker) return judged('unheld', 'maker', maker);
    return withheld.length > 0 ? judged('unheld', 'withheld') : judged('orphaned');
  });
}

/** A copy keeps the time of its original, a renamed file its own: the latest of all counts. ms since the epoch. */
function touchedAt({ modified, changed, born }: ObservedFile): number {
  return Math.max(modified, changed, born ?? 0);
}

/** The oldest living process that may be at work on a file that was last touched then. */
function possibleMaker({ processes }: Service, touched: number): ServiceProcess | null {
  let oldest: ServiceProcess | null = null;
  for (const process of processes) {
    if (process.manager || process.started > touched + START_ERROR) continue;
    if (process.serial && process.heartbeat !== null && process.heartbeat > touched) continue;
    if (oldest === null || process.started < oldest.started) oldest = process;
  }
  return oldest;
}
