import { randomBytes } from 'node:crypto';
import { closeSync, fstatSync, linkSync, lstatSync, readlinkSync, renameSync, unlinkSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { reasonOf } from '../../source/disk/file-error.ts';
import { type FileStats, type Folder, fileStats, inside, openFolder, pathOf } from '../../source/disk/file-tree.ts';
import { fileKey, type HolderScan, WantedFiles } from '../../source/proc/file/file-holders.ts';
import type { FoundFile } from './scan.ts';

/** Files that are out of reach at one time, while their holders are looked for. */
const BATCH = 4096;
/** Folders that are open at one time. */
const FOLDERS = 256;

/** Why a file was kept whose turn never came. */
export const INTERRUPTED = 'interrupted';

export interface Outcome {
  readonly file: FoundFile;
  /** null: removed. */
  readonly kept: string | null;
}

export interface RemovalSettings {
  /** A fresh look at all processes. */
  readonly holders: (wanted: WantedFiles) => HolderScan;
  /** Whether a process that could not be read may hold a file. */
  readonly mayHold: (pid: number) => boolean;
  readonly signal: AbortSignal;
  /** Told of each file as soon as it is decided. */
  readonly log: (outcome: Outcome) => void;
  /** Called at each step, so that tests can act in between. */
  readonly onStep?: (step: 'opened' | 'checked' | 'aside', file: FoundFile) => void;
}

/** A file under a name that nobody knows. */
interface Aside {
  readonly file: FoundFile;
  readonly folder: number;
  readonly name: Buffer;
}

/**
 * Removes files that were found orphaned, each only if it is still what was found: same folder, same file, not touched since,
 * held by nobody. Folders are opened one by one from the top, never through a link, and must be those that were read; names
 * are taken inside the folder that is open, so nothing that is swapped meanwhile leads elsewhere.
 *
 * A look at holders takes long enough for a file to be opened behind it. So each file is renamed first, within its folder,
 * to a name that nobody knows: who opened it before is seen by the look that follows, and then it gets its name back.
 */
export async function removeFiles(files: readonly FoundFile[], settings: RemovalSettings): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const ours = new Set<string>();
  const decide = (file: FoundFile, kept: string | null): void => {
    outcomes.push({ file, kept });
    settings.log({ file, kept });
  };
  for (const batch of batches(files)) {
    // A batch is done or not begun; in between an interruption is heard.
    await setImmediate();
    if (settings.signal.aborted) for (const file of batch) decide(file, INTERRUPTED);
    else removeBatch(batch, settings, ours, decide);
  }
  return outcomes;
}

function* batches(files: readonly FoundFile[]): Generator<readonly FoundFile[]> {
  let batch: FoundFile[] = [];
  let folders = new Set<Folder>();
  for (const file of files) {
    const way = ancestry(file.at.folder).filter((folder) => !folders.has(folder));
    if (batch.length > 0 && (batch.length === BATCH || folders.size + way.length > FOLDERS)) {
      yield batch;
      batch = [];
      folders = new Set();
    }
    batch.push(file);
    for (const folder of ancestry(file.at.folder)) folders.add(folder);
  }
  if (batch.length > 0) yield batch;
}

function ancestry(folder: Folder): Folder[] {
  const way: Folder[] = [];
  for (let at: Folder | null = folder; at; at = at.parent) way.push(at);
  return way;
}

function removeBatch(
  batch: readonly FoundFile[],
  settings: RemovalSettings,
  ours: Set<string>,
  decide: (file: FoundFile, kept: string | null) => void,
): void {
  // Nobody's file is renamed while a look just before says that somebody needs it.
  const before = settings.holders(wantedOf(batch));
  const folders = new OpenFolders();
  const aside: Aside[] = [];
  let decided = 0;
  try {
    for (const file of batch) {
      const held = heldIn(before, file, settings);
      const moved = held ?? moveAside(file, folders, settings, ours);
      if (typeof moved === 'string') decide(file, moved);
      else aside.push(moved);
    }
    if (aside.length === 0) return;
    const after = lookAfter(aside, settings);
    for (const one of aside) {
      decided++;
      const why = typeof after === 'string' ? after : (heldIn(after, one.file, settings) ?? touchedSince(one));
      decide(one.file, why === null ? remove(one) : putBack(one, why));
    }
  } finally {
    // Whatever went wrong, no file stays without its name.
    for (const one of aside.slice(decided)) putBack(one, '');
    folders.close();
  }
}

/** A failed look must not leave files without their names. */
function lookAfter(aside: readonly Aside[], { holders }: RemovalSettings): HolderScan | string {
  try {
    return holders(wantedOf(aside.map(({ file }) => file)));
  } catch (error) {
    return `holders could not be looked for (${reasonOf(error)})`;
  }
}

function wantedOf(files: readonly FoundFile[]): WantedFiles {
  const wanted = new WantedFiles();
  for (const { at } of files) wanted.add(at.stats.dev, at.stats.ino);
  return wanted;
}

function heldIn(scan: HolderScan, { at }: FoundFile, { mayHold }: RemovalSettings): string | null {
  const unread = scan.unreadable.find(({ pid }) => mayHold(pid));
  if (unread) return `process ${unread.pid} could not be read`;
  const holder = scan.holders.get(fileKey(at.stats.dev, at.stats.ino))?.[0];
  return holder ? `held by ${holder.command} ${holder.pid ?? ''}`.trimEnd() : null;
}

/** @param ours files with another name that we have renamed, or removed: that changes ctime under all their names */
function moveAside(
  file: FoundFile,
  folders: OpenFolders,
  { onStep }: RemovalSettings,
  ours: Set<string>,
): Aside | string {
  const { folder, name, stats } = file.at;
  const key = fileKey(stats.dev, stats.ino);
  try {
    const descriptor = folders.open(folder);
    if (descriptor === null) return 'its folder is another one by now';
    onStep?.('opened', file);
    const now = fileStats(inside(descriptor, name));
    if (!(ours.has(key) ? isUnchanged(now, stats) : isSame(now, stats))) return 'changed since it was found';
    onStep?.('checked', file);
    if (!folders.inPlace(folder)) return 'its folder was moved';
    const unknown = Buffer.from(`.leaksof-${randomBytes(16).toString('hex')}`);
    renameSync(inside(descriptor, name), inside(descriptor, unknown));
    if (stats.nlink > 1) ours.add(key);
    onStep?.('aside', file);
    return { file, folder: descriptor, name: unknown };
  } catch (error) {
    return reasonOf(error) === 'ENOENT' ? 'gone' : `could not be removed (${reasonOf(error)})`;
  }
}

/** Same file, and nobody wrote to it, renamed it or changed its rights. */
function isSame(now: FileStats | null, then: FileStats): boolean {
  return isUnchanged(now, then) && now?.ctimeNs === then.ctimeNs;
}

/** A rename changes ctime; what was written changes the rest. */
function isUnchanged(now: FileStats | null, then: FileStats): boolean {
  if (now === null || now.dev !== then.dev || now.ino !== then.ino) return false;
  return now.size === then.size && now.mtimeNs === then.mtimeNs;
}

function touchedSince({ file, folder, name }: Aside): string | null {
  try {
    return isUnchanged(fileStats(inside(folder, name)), file.at.stats) ? null : 'changed meanwhile';
  } catch (error) {
    return `could not be looked at (${reasonOf(error)})`;
  }
}

function remove(one: Aside): string | null {
  try {
    unlinkSync(inside(one.folder, one.name));
    return null;
  } catch (error) {
    return putBack(one, `could not be removed (${reasonOf(error)})`);
  }
}

/** link(2) rather than rename(2): it takes nobody's name away. A folder that came in between has no links: that is renamed. */
function putBack({ file, folder, name }: Aside, why: string): string {
  const [now, then] = [inside(folder, name), inside(folder, file.at.name)];
  try {
    if (lstatSync(now).isDirectory()) renameSync(now, then);
    else {
      linkSync(now, then);
      unlinkSync(now);
    }
    return why;
  } catch (error) {
    return `${why}; left as ${name.toString()} beside its old name (${reasonOf(error)})`;
  }
}

/** Folders of a batch, opened from the top, each once. */
class OpenFolders {
  readonly #open = new Map<Folder, number | null>();

  /** null where the way leads through a link, or to another folder than was read. */
  open(folder: Folder): number | null {
    const known = this.#open.get(folder);
    if (known !== undefined) return known;
    const descriptor = this.#opened(folder);
    this.#open.set(folder, descriptor);
    return descriptor;
  }

  #opened(folder: Folder): number | null {
    const parent = folder.parent === null ? undefined : this.open(folder.parent);
    if (parent === null) return null;
    let descriptor: number;
    try {
      descriptor = openFolder(parent === undefined ? folder.name : inside(parent, folder.name));
    } catch {
      return null;
    }
    const { dev, ino } = fstatSync(descriptor, { bigint: true });
    if (dev === folder.device && ino === folder.inode) return descriptor;
    closeSync(descriptor);
    return null;
  }

  /** Whether an open folder still lies where it was read, so inside what was asked for. */
  inPlace(folder: Folder): boolean {
    const descriptor = this.#open.get(folder);
    if (descriptor === undefined || descriptor === null) return false;
    return readlinkSync(`/proc/self/fd/${descriptor}`, 'buffer').equals(pathOf(folder));
  }

  close(): void {
    for (const descriptor of this.#open.values()) if (descriptor !== null) closeSync(descriptor);
  }
}
