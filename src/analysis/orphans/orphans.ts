import type { Coverage } from '../../model/coverage.ts';
import { emptyCoverage } from '../../model/coverage.ts';
import type { Report, SourceInfo } from '../../model/report.ts';
import { heartbeatFindings, type Silence, silences } from './heartbeat-finding.ts';
import type { FileState, JudgedFile } from './judge.ts';
import type { Observation, ObservedHolder } from './observation.ts';
import { orphanSections } from './orphan-sections.ts';
import { byPattern, type FileSum, type PatternSum, reclaimable, sumOf } from './sums.ts';

export interface OrphanOptions {
  /** Lines of each table for people. */
  readonly top: number;
  /** Seconds. */
  readonly olderThan: number;
  /** Files of this state only; null = all. */
  readonly only: FileState | null;
  /** What was done about the orphaned ones; null where nothing was asked. */
  readonly removal: RemovalResult | null;
  readonly source: SourceInfo;
}

/** What became of files that were to be removed. */
export interface RemovalResult {
  /** False: only told what would be done. */
  readonly done: boolean;
  readonly removed: readonly { readonly path: string; readonly bytes: number }[];
  readonly kept: readonly { readonly path: string; readonly why: string }[];
}

export interface OrphanFile {
  readonly path: string;
  readonly state: FileState;
  /** Bytes. */
  readonly size: number;
  readonly allocated: number;
  /** Seconds. */
  readonly age: number;
  /** UTC ISO-8601. */
  readonly modified: string;
  readonly born: string | null;
  readonly owner: string;
  readonly links: number;
  readonly why: string | null;
  readonly holders: readonly ObservedHolder[];
}

export interface OrphanDisk {
  readonly folder: string;
  readonly type: string;
  readonly size: number;
  readonly available: number;
  /** Bytes per second more in use, over `seconds`; negative where the disk empties. */
  readonly rate: number;
  readonly seconds: number;
  /** Seconds until it is full at that rate; null where it does not fill. */
  readonly fullIn: number | null;
}

export interface OrphanData {
  readonly files: readonly OrphanFile[];
  readonly folders: readonly string[];
  readonly inUse: FileSum;
  readonly unheld: FileSum;
  readonly orphaned: FileSum;
  /** Bytes that removing the orphaned files frees. */
  readonly reclaimable: number;
  /** Files that went away while they were looked at. */
  readonly vanished: number;
  /** Why no file is called orphaned, whatever its age; empty where that could be told. */
  readonly withheld: readonly string[];
  readonly patterns: readonly PatternSum[];
  readonly disks: readonly OrphanDisk[];
  readonly service: {
    readonly name: string;
    readonly pids: readonly number[];
    readonly timeout: number | null;
    readonly silent: readonly Silence[];
  } | null;
  readonly removal: RemovalResult | null;
}

/** Files below some folders by who may still need them, and what that means for the disk. */
export function orphanReport(
  observation: Observation,
  judged: readonly JudgedFile[],
  options: OrphanOptions,
): Report<OrphanData> {
  const { service, time } = observation;
  const shown = options.only === null ? judged : judged.filter(({ state }) => state === options.only);
  const data = dataOf(observation, judged, shown, options.removal);
  // Nothing old enough, or a possible maker for each: then a better look would have said the same.
  const undecided = judged.some(({ why }) => why === 'withheld');
  return {
    command: 'orphans',
    source: options.source,
    data,
    sections: orphanSections(data, shown, options),
    findings: service === null ? [] : heartbeatFindings(service, time),
    coverage: coverageOf(observation),
    verdict: undecided ? 'inconclusive' : 'none',
  };
}

function dataOf(
  { folders, vanished, withheld, disks, service, time }: Observation,
  judged: readonly JudgedFile[],
  shown: readonly JudgedFile[],
  removal: RemovalResult | null,
): OrphanData {
  const of = (state: FileState) => judged.filter((one) => one.state === state);
  const orphaned = of('orphaned');
  return {
    files: shown.map(fileOf),
    folders,
    inUse: sumOf(of('in-use')),
    unheld: sumOf(of('unheld')),
    orphaned: sumOf(orphaned),
    reclaimable: reclaimable(orphaned),
    vanished,
    withheld,
    patterns: byPattern(shown),
    disks: disks.map(({ folder, type, size, available, grown, seconds }) => {
      const rate = seconds > 0 ? grown / seconds : 0;
      return { folder, type, size, available, rate, seconds, fullIn: rate > 0 ? available / rate : null };
    }),
    service: service && {
      name: service.name,
      pids: service.processes.map(({ pid }) => pid),
      timeout: service.timeout,
      silent: silences(service, time),
    },
    removal,
  };
}

function fileOf({ file, state, age, why, maker }: JudgedFile): OrphanFile {
  const { path, size, allocated, modified, born, owner, links, holders } = file;
  return {
    path,
    state,
    size,
    allocated,
    age,
    modified: new Date(modified).toISOString(),
    born: born === null ? null : new Date(born).toISOString(),
    owner,
    links,
    why: maker ? `${maker.command} ${maker.pid} may be at work on it` : why,
    holders,
  };
}

function coverageOf({ processes, hidden, withheld }: Observation): Coverage {
  const { seen, read, refused } = processes;
  const sentences = [...withheld, ...hidden];
  return {
    ...emptyCoverage(),
    complete: sentences.length === 0 && refused === 0,
    processes: { seen, counted: seen, listed: read, refused, vanished: 0 },
    hidden: sentences,
  };
}
