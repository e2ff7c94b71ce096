import type { FileType } from './file-type.ts';
import { FolderTypes } from './folder-types.ts';
import { type Mounts, mountsOf } from './mounts.ts';
import { namespaceOf } from './namespaces.ts';

/** Distinct paths whose type is remembered per mount namespace. */
const REMEMBERED = 50_000;

/** The file system as processes of one mount namespace see it. */
export class MountView {
  readonly mounts: Mounts;
  readonly #folders: FolderTypes;
  readonly #types = new Map<string, FileType>();

  /** `prefix`: what stands before a path of this namespace to reach it from ours. */
  constructor(mounts: Mounts, prefix: string) {
    this.mounts = mounts;
    this.#folders = new FolderTypes(prefix, mounts.points);
  }

  /** Type of a path, asked once: ten thousand descriptors of one path are one stat. Null as `ask` says: nothing is remembered. */
  typeOf(path: string, ask: () => FileType | null): FileType | null {
    const known = this.#types.get(path);
    if (known) return known;
    let asked = false;
    const type = this.#folders.typeOf(path, () => {
      asked = true;
      return ask();
    });
    // What a folder's listing says stands there already.
    if (!asked || type === null) return type;
    if (this.#types.size >= REMEMBERED) this.#types.clear();
    this.#types.set(path, type);
    return type;
  }
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
