import { type Dirent, opendirSync, statSync } from 'node:fs';
import { type FileType, typeOfEntry } from '../descriptor/file-type.ts';

/** Names asked one by one before their folder may be worth a listing. */
const LEAST = 32;
/** Entries listed for each name asked so far: ten cost as much as one name does, and more of its names will come. */
const PER_NAME = 64;
/** Bytes of a large folder per entry, from below (ext4: 8 and the name; tmpfs: 20): what its size says before it is read. */
const ENTRY_BYTES = 48;

interface Folder {
  /** Names that were asked, as far as they are needed to prove a listing. */
  readonly proof: Map<string, FileType>;
  asked: number;
  /** The next number of asked names at which a listing is considered. */
  next: number;
  /** Types by name; null before the listing. */
  listed: ReadonlyMap<string, FileType> | null;
}

/**
 * Types of files that lie together in few folders: where very many names of one folder are open (uploads, sessions, a
 * cache), one readdir(3) tells the types of all of them for a tenth of what asking each costs.
 *
 * A listing counts only if it agrees with the first names asked, so a folder that something else was mounted
 * over, or that lies elsewhere for us, is never believed. Names that are mount points, and those that came later, are asked.
 */
export class FolderTypes {
  readonly #prefix: string;
  readonly #mountPoints: readonly string[];
  readonly #folders = new Map<string, Folder>();
  #last: { readonly path: string; readonly folder: Folder } | null = null;

  /** `prefix`: what stands before a path of this mount namespace to reach it from ours. */
  constructor(prefix: string, mountPoints: readonly string[]) {
    this.#prefix = prefix;
    this.#mountPoints = mountPoints;
  }

  /** Type of the file at an absolute path, by its folder's listing where there is one, else as `ask` says; null as it does. */
  typeOf(path: string, ask: () => FileType | null): FileType | null {
    const slash = path.lastIndexOf('/');
    const folder = this.#folder(path.slice(0, slash));
    const name = path.slice(slash + 1);
    const listed = folder.listed?.get(name);
    if (listed) return listed;
    const type = ask();
    if (type === null) return null;
    folder.asked++;
    if (folder.proof.size < LEAST) folder.proof.set(name, type);
    if (folder.asked >= folder.next) this.#consider(path.slice(0, slash), folder);
    return type;
  }

  #folder(path: string): Folder {
    if (this.#last?.path === path) return this.#last.folder;
    let folder = this.#folders.get(path);
    if (!folder) {
      folder = { proof: new Map(), asked: 0, next: LEAST, listed: null };
      this.#folders.set(path, folder);
    }
    this.#last = { path, folder };
    return folder;
  }

  #consider(path: string, folder: Folder): void {
    folder.next = folder.asked * 2;
    const most = folder.asked * PER_NAME;
    const reached = this.#prefix + path || '/';
    try {
      if (statSync(reached).size > most * ENTRY_BYTES) return;
      const listed = list(reached, most);
      if (listed === null) {
        folder.next = folder.asked * 8;
        return;
      }
      if (!agrees(listed, folder.proof)) return;
      for (const point of this.#mountPoints)
        if (point.startsWith(`${path}/`)) listed.delete(point.slice(path.length + 1));
      folder.listed = listed;
    } catch {
      // Not ours to list: its names are asked one by one, as before.
      folder.next = Number.POSITIVE_INFINITY;
    }
  }
}

/** Whether a listing holds names as they were found to be. A few may be gone since: files come and go. */
function agrees(listed: ReadonlyMap<string, FileType>, proof: ReadonlyMap<string, FileType>): boolean {
  let same = 0;
  for (const [name, type] of proof) {
    const seen = listed.get(name);
    if (seen === type) same++;
    else if (seen !== undefined) return false;
  }
  return same * 2 > proof.size;
}

/** Types of a folder's entries; null if there are more than `most`. */
function list(path: string, most: number): Map<string, FileType> | null {
  const types = new Map<string, FileType>();
  const folder = opendirSync(path);
  try {
    for (let entry: Dirent | null = folder.readSync(); entry; entry = folder.readSync()) {
      if (types.size >= most) return null;
      // Two names whose bytes are no UTF-8 can read the same.
      if (!entry.name.includes('\ufffd')) types.set(entry.name, typeOfEntry(entry));
    }
    return types;
  } finally {
    folder.closeSync();
  }
}
