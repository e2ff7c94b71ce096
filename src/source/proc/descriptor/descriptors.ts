import { readlinkSync } from 'node:fs';
import { linkMode, tryFdInfo } from '../file/inode.ts';
import { type ProcessView, ProcessViews } from '../file/mount-view.ts';
import { socketProtocols } from '../kernel/perl.ts';
import { Sockets } from '../network/sockets.ts';
import { writeAssociations } from '../process/associations.ts';
import type { Detail, ListedProcess, Losses } from '../process/listed-process.ts';
import { DescriptorRow } from './descriptor-row.ts';
import { accessOfFlags, accessOfMode, type FdInfo, O_PATH, pathOnly } from './fdinfo.ts';
import { linkInode } from './link.ts';
import type { Rows } from './rows.ts';

/** Never-connected sockets of one reading whose protocol is asked for. */
const ASKED = 4096;

/**
 * Reads descriptors of processes into rows. One reader lives for a whole run, so that tables of sockets, mounts and
 * the types of paths are read once per namespace.
 */
export class DescriptorReader {
  readonly #rows: Rows;
  readonly #detail: Detail;
  readonly #procfs: boolean;
  readonly #row: DescriptorRow;
  readonly #sockets = new Sockets();
  readonly #views = new ProcessViews();

  /** `procfs`: whether links lead to the files they name; in a captured tree they lead to this machine's, which must not be asked. */
  constructor(rows: Rows, detail: Detail, procfs: boolean) {
    this.#rows = rows;
    this.#detail = detail;
    this.#procfs = procfs;
    this.#row = new DescriptorRow(rows, detail, procfs, this.#sockets);
  }

  /** Rows on network file systems so far: not asked for type and size, since such a stat may never return. */
  get remote(): number {
    return this.#row.remote;
  }

  /** Begins another table: what files were like may have changed. */
  forget(): void {
    this.#row.forget();
  }

  /** Appends the rows of what the process holds beside its descriptors: `cwd`, `rtd`, `txt`, `mem`, `DEL`. */
  readAssociations(process: ListedProcess): void {
    const { files } = this.#views.of(process.folder);
    writeAssociations(this.#rows, process, this.#detail, this.#procfs, files.mounts);
  }

  /**
   * Appends a row for each of `numbers` that is still open. `prefix` leads to the folder of descriptors: empty where the
   * caller stands in it, which makes every name short.
   */
  read(process: ListedProcess, numbers: Int32Array, prefix = `${process.folder}/fd/`): Losses {
    const losses: Losses = { vanished: 0, unreadable: 0 };
    const view = this.#views.of(process.folder);
    const begun = performance.now();
    const links: (string | null)[] = new Array(numbers.length);
    let sockets: Map<string, number> | null = null;
    for (let i = 0; i < numbers.length; i++) {
      const number = numbers[i] as number;
      try {
        const link = readlinkSync(`${prefix}${number}`);
        links[i] = link;
        if (link.charCodeAt(0) === 115 && link.startsWith('socket:[')) {
          sockets ??= new Map();
          sockets.set(link, number);
        }
      } catch (error) {
        links[i] = null;
        const code = (error as NodeJS.ErrnoException).code ?? '';
        if (code === 'ENOENT' || code === 'ESRCH') losses.vanished++;
        else {
          losses.unreadable++;
          this.#row.unreadable(process, number, code === 'EACCES' || code === 'EPERM' ? 'Permission denied' : code);
        }
      }
    }
    const protocols = sockets ? this.#protocols(process, view, sockets, begun) : null;
    for (let i = 0; i < numbers.length; i++) {
      const link = links[i];
      if (!link) continue;
      const number = numbers[i] as number;
      const path = `${prefix}${number}`;
      let fd = String(number);
      const infoPath = prefix === '' ? `../fdinfo/${number}` : `${process.folder}/fdinfo/${number}`;
      let info: FdInfo | null = null;
      let opath = false;
      // A captured link has no mode of its own: its fdinfo is all there is.
      if (this.#detail === 'full' || (this.#detail === 'stat' && !this.#procfs)) {
        info = tryFdInfo(infoPath);
        if (info) {
          fd += accessOfFlags(info.flags) + info.lock;
          opath = (info.flags & O_PATH) !== 0;
        }
      } else if (this.#detail === 'stat') {
        const mode = linkMode(path);
        if (mode !== null) {
          fd += accessOfMode(mode);
          opath = pathOnly(mode);
        }
      }
      this.#row.write(process, view, { fd, path, infoPath, link, info, opath }, protocols);
    }
    return losses;
  }

  /** Protocols of the sockets that stand in no table, by link: created and never bound or connected. */
  #protocols(
    process: ListedProcess,
    view: ProcessView,
    sockets: ReadonlyMap<string, number>,
    begun: number,
  ): ReadonlyMap<string, string> | null {
    const inodes = [...sockets.keys()].map((link) => Number(linkInode(link)));
    const missing = this.#sockets.load(view.network, process.folder, inodes, begun).slice(0, ASKED);
    if (missing.length === 0 || !this.#procfs) return null;
    const links = missing.map((inode) => `socket:[${inode}]`);
    const names = socketProtocols(links.map((link) => `${process.folder}/fd/${sockets.get(link)}`));
    return names && new Map(links.map((link, i) => [link, names[i] as string]));
  }
}
