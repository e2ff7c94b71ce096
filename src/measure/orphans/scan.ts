import { realpathSync } from 'node:fs';
import type { Observation, ObservedDisk, ObservedFile } from '../../analysis/orphans/observation.ts';
import { decodeText } from '../../columns/utf8.ts';
import { CouldNotTellError, type LeaksofError, UsageError } from '../../model/error.ts';
import { isNoEntry, reasonOf } from '../../source/disk/file-error.ts';
import { type FileSystemState, fileSystemOf, type Statfs, systemStatfs } from '../../source/disk/file-system.ts';
import { type FileTree, fileStats, joined, pathOf, readTree, type TreeFile } from '../../source/disk/file-tree.ts';
import {
  type FileHolder,
  fileKey,
  type HolderPlaces,
  type HolderScan,
  scanHolders,
  WantedFiles,
} from '../../source/proc/file/file-holders.ts';
import { escapeBytes } from '../../source/proc/kernel/escape-bytes.ts';
import { usersBeside } from '../../source/proc/process/users.ts';
import { systemClock } from '../clock.ts';
import { unreadOthers, whyUnknowable } from './knowable.ts';
import { readService } from './service.ts';

/** Where to look, so that tests can have their own. */
export interface Eyes extends HolderPlaces {
  readonly statfs: Statfs;
}

export const MACHINE: Eyes = { proc: '/proc', sys: '/sys', statfs: systemStatfs };

/** A file with what it takes to find it again. */
export interface FoundFile extends ObservedFile {
  readonly at: TreeFile;
}

export interface ScanSettings {
  /** As given. */
  readonly folders: readonly string[];
  /** Pid or label; null = none. */
  readonly service: string | null;
  readonly eyes: Eyes;
  /** Ends the wait between the looks. */
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

/** Between the first look at the disk and the last: a shorter time says nothing about a rate. Seconds. */
const LOOK = 1;
/** Between the two looks at holders: a file that is passed from hand to hand is held in one of them. Seconds. */
const PAUSE = 0.05;

interface Place {
  readonly path: Buffer;
  readonly tree: FileTree;
  readonly before: FileSystemState;
  readonly since: number;
}

/**
 * Looks at all files below some folders and at who holds them: the files first, their holders next, then the files again
 * (the same device and inode) and their holders again. What nobody holds in both looks and is still there is unheld. In the
 * other order, or with one look, a file that is made or handed over in between looks unheld (measured: up to 1 scan of 8).
 *
 * @throws {UsageError} if there is no such folder
 * @throws {CouldNotTellError} if a folder may not be read or goes away meanwhile, or if the service is not there
 */
export async function scanOrphans(settings: ScanSettings): Promise<Observation<FoundFile>> {
  const { eyes, signal, say } = settings;
  const clock = systemClock();
  const places = distinct(settings.folders.map(realPath)).map((path): Place => {
    say(`reading ${path}`);
    return { path, ...opened(path, eyes.statfs), since: clock.now().seconds };
  });
  const wanted = new WantedFiles();
  for (const { tree } of places) for (const { stats } of tree.files) wanted.add(stats.dev, stats.ino);
  say('looking for holders');
  const first = scanHolders(eyes, wanted);
  const since = Math.min(...places.map((place) => place.since));
  await clock.wait(Math.max(PAUSE, LOOK - (clock.now().seconds - since)), signal);
  const again = places.map(({ tree }) => tree.files.map(secondLook));
  say('looking for holders again');
  const second = scanHolders(eyes, wanted);
  // After the last look: a worker that began before it is seen.
  const service = settings.service === null ? null : readService(eyes.proc, settings.service);
  const scans = [first, second];
  const users = usersBeside(eyes.proc);
  const files = again.flat().flatMap((file) => (file === null ? [] : [found(file, scans, users)]));
  const unreadable = scans.flatMap((scan) => scan.unreadable);
  const refused = new Set(unreadable.map(({ pid }) => pid)).size;
  const folders = places.map(({ path, before }) => ({ path: text(path), disk: before }));
  return {
    folders: folders.map(({ path }) => path),
    time: Date.now(),
    files,
    vanished: again.flat().filter((file) => file === null).length,
    disks: disksOf(places, eyes.statfs, clock.now().seconds),
    service,
    withheld: whyUnknowable({ proc: eyes.proc, folders, scans, service }),
    processes: { seen: second.processes + refused, read: second.processes, refused },
    hidden: [...places.flatMap(({ tree }) => skippedText(tree)), ...unreadOthers(unreadable, service)],
  };
}

function realPath(folder: string): Buffer {
  try {
    return realpathSync(folder, 'buffer');
  } catch (error) {
    throw unreadable(`${folder}: cannot be opened`, error);
  }
}

/** Without those that lie below another. */
function distinct(paths: readonly Buffer[]): Buffer[] {
  const unique = paths.filter((path, index) => paths.findIndex((other) => other.equals(path)) === index);
  return unique.filter((path) => !unique.some((other) => other !== path && isBelow(path, other)));
}

function isBelow(path: Buffer, folder: Buffer): boolean {
  const prefix = folder.at(-1) === 47 ? folder : Buffer.concat([folder, Buffer.from('/')]);
  return path.subarray(0, prefix.length).equals(prefix);
}

function opened(path: Buffer, statfs: Statfs): { tree: FileTree; before: FileSystemState } {
  try {
    const before = fileSystemOf(path, statfs);
    return { before, tree: readTree(path) };
  } catch (error) {
    throw unreadable(`${text(path)}: cannot be read`, error);
  }
}

/** A folder that is not there is a wrong call; one that is kept from us is a question without an answer. */
function unreadable(what: string, error: unknown): LeaksofError {
  const reason = reasonOf(error);
  const Kind = reason === 'EACCES' || reason === 'EPERM' ? CouldNotTellError : UsageError;
  return new Kind(`${what} (${reason}).`, null, { cause: error });
}

/** The file if it is still the same, as it is now; null if it is gone or another has its name. */
function secondLook(file: TreeFile): TreeFile | null {
  try {
    const stats = fileStats(joined(pathOf(file.folder), file.name));
    return stats !== null && stats.dev === file.stats.dev && stats.ino === file.stats.ino ? { ...file, stats } : null;
  } catch (error) {
    if (isNoEntry(error) || reasonOf(error) === 'ENOTDIR') return null;
    throw error;
  }
}

function found(at: TreeFile, scans: readonly HolderScan[], users: ReadonlyMap<number, string>): FoundFile {
  const { stats } = at;
  const key = fileKey(stats.dev, stats.ino);
  const { uid } = stats;
  return {
    at,
    path: text(joined(pathOf(at.folder), at.name)),
    key,
    size: stats.size,
    allocated: stats.blocks * 512,
    links: stats.nlink,
    owner: users.get(uid) ?? String(uid),
    modified: milliseconds(stats.mtimeNs),
    changed: milliseconds(stats.ctimeNs),
    born: stats.birthtimeNs > 0n ? milliseconds(stats.birthtimeNs) : null,
    holders: holdersOf(key, scans),
  };
}

function milliseconds(nanoseconds: bigint): number {
  return Number(nanoseconds / 1000n) / 1000;
}

function holdersOf(key: string, scans: readonly HolderScan[]): FileHolder[] {
  const holders = new Map<number | null, FileHolder>();
  for (const { holders: found } of scans) for (const holder of found.get(key) ?? []) holders.set(holder.pid, holder);
  return [...holders.values()];
}

function disksOf(places: readonly Place[], statfs: Statfs, now: number): ObservedDisk[] {
  const seen = new Set<bigint>();
  return places.flatMap(({ path, before, since, tree }): ObservedDisk[] => {
    // Two folders of one file system are one disk.
    if (seen.has(tree.root.device)) return [];
    seen.add(tree.root.device);
    const { type, size, available, free } = stateAfter(path, statfs);
    const device = String(tree.root.device);
    return [{ folder: text(path), device, type, size, available, grown: before.free - free, seconds: now - since }];
  });
}

function stateAfter(path: Buffer, statfs: Statfs): FileSystemState {
  try {
    return fileSystemOf(path, statfs);
  } catch (error) {
    throw new CouldNotTellError(`${text(path)}: went away while it was looked at (${reasonOf(error)}).`, null, {
      cause: error,
    });
  }
}

function skippedText({ root, skipped }: FileTree): string[] {
  const { mounts, unreadable, unreadableTotal } = skipped;
  const sentences: string[] = [];
  if (mounts > 0) {
    const are =
      mounts === 1 ? '1 folder below it is another file system' : `${mounts} folders below it are other file systems`;
    sentences.push(`${text(root.name)}: ${are}, not entered`);
  }
  if (unreadableTotal > 0) {
    sentences.push(`${unreadableTotal} below ${text(root.name)} could not be read, such as ${unreadable[0]}`);
  }
  return sentences;
}

/** Bytes as a name that is safe to handle as text: control characters escaped. */
function text(path: Buffer): string {
  return /[\x00-\x1f\x7f\\]/.test(path.toString('latin1')) ? escapeBytes(path) : decodeText(path, 0, path.length);
}
