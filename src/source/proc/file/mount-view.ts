import type { FileType } from '../descriptor/file-type.ts';
import type { LastRow } from '../descriptor/rows.ts';
import { namespaceOf } from '../kernel/namespaces.ts';
import { FolderTypes } from './folder-types.ts';
import { type Mounts, mountsOf } from './mounts.ts';

/** Distinct paths whose type is remembered per mount namespace. */
const REMEMBERED = 50_000;

/** A path whose type is known, and its last row. */
export interface NamedFile extends LastRow {
  readonly type: FileType;
}

/** The file system as processes of one mount namespace see it. */
export class MountView {
  readonly mounts: Mounts;
  readonly #folders: FolderTypes;
  readonly #files = new Map<string, NamedFile>();

  /** `prefix`: what stands before a path of this namespace to reach it from ours. */
  constructor(mounts: Mounts, prefix: string) {
    this.mounts = mounts;
    this.#folders = new FolderTypes(prefix, mounts.points);
  }

  /** A path with its type, asked once: ten thousand descriptors of one path are one stat. Null as `ask` says: nothing is remembered. */
  named(path: string, ask: () => FileType | null): NamedFile | null {
    const known = this.#files.get(path);
    if (known) return known;
    const type = this.#folders.typeOf(path, ask);
    // Two paths whose bytes are no UTF-8 can read the same.
    if (type === null || path.includes('\ufffd')) return type && newFile(type);
    if (this.#files.size >= REMEMBERED) this.#files.clear();
    const file = newFile(type);
    this.#files.set(path, file);
    return file;
  }
}

function newFile(type: FileType): NamedFile {
  return { type, serial: -1, row: 0 };
}

/** Namespaces of a process: the id of its network, and the view of its files. */
export interface ProcessView {
  readonly network: string;
  readonly files: MountView;
}

/** The namespaces met in a run, each read once. */
export class ProcessViews {
  readonly #files = new Map<string, MountView>();
  readonly #own = namespaceOf('/proc/self', 'mnt');
  #last: { readonly folder: string; readonly view: ProcessView } | null = null;

  of(folder: string): ProcessView {
    if (this.#last?.folder === folder) return this.#last.view;
    const id = namespaceOf(folder, 'mnt') ?? folder;
    let files = this.#files.get(id);
    if (!files) {
      // A path of our own namespace is ours, even that of a process with another root (chroot(2)).
      files = new MountView(mountsOf(folder), id === this.#own ? '' : `${folder}/root`);
      this.#files.set(id, files);
    }
    const view = { network: namespaceOf(folder, 'net') ?? folder, files };
    this.#last = { folder, view };
    return view;
  }
}
