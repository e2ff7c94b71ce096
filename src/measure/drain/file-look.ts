import type { FileSight } from '../../analysis/drain/observation.ts';
import { linkMode, tryFdInfo, tryStat } from '../../source/proc/file/inode.ts';
import { type Mounts, mountsOf } from '../../source/proc/file/mounts.ts';

/** Descriptors by number; null = of no interest. */
type Judged = Map<number, { readonly link: string; readonly watched: Watched | null }>;

/** A descriptor of a file that is worth asking again. */
interface Watched {
  readonly link: string;
  readonly writable: boolean;
  readonly position: number | null;
}

/** The regular files of one process that are open for writing or deleted. Each descriptor is judged once, those are asked again. */
export class FileLook {
  readonly #folder: string;
  readonly #mounts: Mounts;
  #judged: Judged = new Map();

  constructor(folder: string) {
    this.#folder = folder;
    this.#mounts = mountsOf(folder);
  }

  /** @param table links by number, as just read */
  read(table: ReadonlyMap<number, string>): FileSight[] {
    const judged: Judged = new Map();
    const files = new Map<string, FileSight>();
    for (const [number, link] of table) {
      if (!link.startsWith('/')) continue;
      const known = this.#judged.get(number);
      const watched = known?.link === link ? known.watched : this.#judge(number, link);
      judged.set(number, { link, watched });
      const sight = watched && this.#see(number, watched);
      if (sight && !files.has(sight.key)) files.set(sight.key, sight);
    }
    this.#judged = judged;
    return [...files.values()];
  }

  /** What another machine keeps is never asked: its stat(2) may not come back. */
  #judge(number: number, link: string): Watched | null {
    if (this.#mounts.remote(link) || link.startsWith('/memfd:') || link.startsWith('/dev/')) return null;
    const path = `${this.#folder}/fd/${number}`;
    const writable = ((linkMode(path) ?? 0) & 0o200) !== 0;
    const stats = tryStat(path);
    if (!stats?.isFile() || (!writable && stats.nlink > 0)) return null;
    const position = Number(tryFdInfo(`${this.#folder}/fdinfo/${number}`)?.position);
    return { link, writable, position: Number.isFinite(position) ? position : null };
  }

  #see(number: number, { link, writable, position }: Watched): FileSight | null {
    const stats = tryStat(`${this.#folder}/fd/${number}`);
    if (!stats?.isFile()) return null;
    const { dev, ino, size, nlink } = stats;
    return { key: `${dev}:${ino}`, name: link, size, deleted: nlink === 0, writable, position };
  }
}
