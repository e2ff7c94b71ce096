import type { FileType } from './file-type.ts';
import { type Mounts, mountsOf } from './mounts.ts';
import { namespaceOf } from './namespaces.ts';

/** Distinct paths whose type is remembered per mount namespace. */
const REMEMBERED = 50_000;

/** The file system as processes of one mount namespace see it. */
export class MountView {
  readonly mounts: Mounts;
  readonly #types = new Map<string, FileType>();

  constructor(mounts: Mounts) {
    this.mounts = mounts;
  }

  /** Type of a path, asked once: ten thousand descriptors of one path are one stat. */
  typeOf(path: string, ask: () => FileType): FileType {
    const known = this.#types.get(path);
    if (known) return known;
    const type = ask();
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
  #last: { readonly folder: string; readonly view: ProcessView } | null = null;

  of(folder: string): ProcessView {
    if (this.#last?.folder === folder) return this.#last.view;
    const id = namespaceOf(folder, 'mnt') ?? folder;
    let files = this.#files.get(id);
    if (!files) {
      files = new MountView(mountsOf(folder));
      this.#files.set(id, files);
    }
    const view = { network: namespaceOf(folder, 'net') ?? folder, files };
    this.#last = { folder, view };
    return view;
  }
}
