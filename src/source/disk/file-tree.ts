import { type BigIntStats, closeSync, constants, fstatSync, lstatSync, openSync, readdirSync } from 'node:fs';
import { isNoEntry, reasonOf } from './file-error.ts';

const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;

/** Folders below one another that are followed: each costs a descriptor while it is read. */
const DEEPEST = 256;

/** A folder as it was found: by what it is, not by its name alone. */
export interface Folder {
  /** null for the one that was asked for. */
  readonly parent: Folder | null;
  /** Last part of the path; the whole path of the one that was asked for. */
  readonly name: Buffer;
  readonly device: bigint;
  readonly inode: bigint;
}

/** What of lstat(2) is kept: of a hundred thousand files all of it would take a gigabyte. */
export interface FileStats {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  /** 0 where the file system does not keep it. */
  readonly birthtimeNs: bigint;
  readonly size: number;
  /** Of 512 bytes. */
  readonly blocks: number;
  readonly nlink: number;
  readonly uid: number;
}

/** A regular file. Names are bytes: Linux knows no other. */
export interface TreeFile {
  readonly folder: Folder;
  readonly name: Buffer;
  readonly stats: FileStats;
}

export interface FileTree {
  readonly root: Folder;
  readonly files: TreeFile[];
  /** What was not looked at. */
  readonly skipped: {
    /** Folders on another file system. */
    mounts: number;
    /** Links, sockets, pipes, devices: no space, and no holder that /proc shows. */
    special: number;
    /** `path: reason`, the first so many. */
    readonly unreadable: string[];
    unreadableTotal: number;
  };
}

const UNREADABLE_KEPT = 100;

export function pathOf(folder: Folder): Buffer {
  const parts: Buffer[] = [];
  for (let at: Folder | null = folder; at; at = at.parent) parts.unshift(at.name);
  return joined(...parts);
}

export function joined(...parts: readonly Buffer[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part, index) =>
      index === 0 || parts[index - 1]?.at(-1) === 47 ? [part] : [Buffer.from('/'), part],
    ),
  );
}

/** A name in a folder that is open: the folder is the one that was opened, whatever its path leads to by now. */
export function inside(descriptor: number, name: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`/proc/self/fd/${descriptor}/`), name]);
}

/** Opens a folder, never through a link. */
export function openFolder(path: Buffer): number {
  return openSync(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
}

/**
 * Every regular file below a folder, links not followed and other file systems not entered. Each folder is opened once and
 * read through its descriptor, so one that is swapped for a link in the meantime leads nowhere.
 *
 * @param path real path of the folder, without links in it
 * @throws what open(2) says of the folder itself
 */
export function readTree(path: Buffer): FileTree {
  const descriptor = openFolder(path);
  try {
    const { dev, ino } = fstatSync(descriptor, { bigint: true });
    const root: Folder = { parent: null, name: path, device: dev, inode: ino };
    const tree: FileTree = {
      root,
      files: [],
      skipped: { mounts: 0, special: 0, unreadable: [], unreadableTotal: 0 },
    };
    readFolder(tree, root, descriptor, 0);
    return tree;
  } finally {
    closeSync(descriptor);
  }
}

/** The file at a path as it is now; null where there is something else. Throws what lstat(2) says. */
export function fileStats(path: Buffer): FileStats | null {
  const stats = lstatSync(path, { bigint: true });
  return stats.isFile() ? kept(stats) : null;
}

function kept({ dev, ino, mtimeNs, ctimeNs, birthtimeNs, size, blocks, nlink, uid }: BigIntStats): FileStats {
  return {
    dev,
    ino,
    mtimeNs,
    ctimeNs,
    birthtimeNs,
    size: Number(size),
    blocks: Number(blocks),
    nlink: Number(nlink),
    uid: Number(uid),
  };
}

function readFolder(tree: FileTree, folder: Folder, descriptor: number, depth: number): void {
  let entries: ReturnType<typeof entriesOf>;
  try {
    entries = entriesOf(descriptor);
  } catch (error) {
    refuse(tree, pathOf(folder), error);
    return;
  }
  for (const entry of entries) {
    const path = inside(descriptor, entry.name);
    try {
      const stats = lstatSync(path, { bigint: true });
      if (stats.isDirectory()) enter(tree, folder, entry.name, path, stats, depth + 1);
      else if (stats.isFile()) tree.files.push({ folder, name: entry.name, stats: kept(stats) });
      else tree.skipped.special++;
    } catch (error) {
      // Gone between the listing and the look: no news.
      if (!isNoEntry(error)) refuse(tree, joined(pathOf(folder), entry.name), error);
    }
  }
}

function entriesOf(descriptor: number) {
  return readdirSync(`/proc/self/fd/${descriptor}`, { withFileTypes: true, encoding: 'buffer' });
}

function enter(tree: FileTree, parent: Folder, name: Buffer, path: Buffer, stats: BigIntStats, depth: number): void {
  if (stats.dev !== tree.root.device) {
    tree.skipped.mounts++;
    return;
  }
  if (depth > DEEPEST) {
    refuse(tree, joined(pathOf(parent), name), new Error('too deep'));
    return;
  }
  const descriptor = openFolder(path);
  try {
    const { dev, ino } = fstatSync(descriptor, { bigint: true });
    if (dev === tree.root.device) readFolder(tree, { parent, name, device: dev, inode: ino }, descriptor, depth);
    else tree.skipped.mounts++;
  } finally {
    closeSync(descriptor);
  }
}

function refuse({ skipped }: FileTree, path: Buffer, error: unknown): void {
  skipped.unreadableTotal++;
  if (skipped.unreadable.length < UNREADABLE_KEPT) skipped.unreadable.push(`${path.toString()}: ${reasonOf(error)}`);
}
