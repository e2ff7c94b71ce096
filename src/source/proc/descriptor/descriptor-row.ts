import type { Stats } from 'node:fs';
import { decodeText } from '../../../columns/utf8.ts';
import type { DescriptorClass } from '../../../model/descriptor-class.ts';
import { Cell } from '../../../model/row-batch.ts';
import { exactNumber, linkBytes, tryFdInfo, tryStat } from '../file/inode.ts';
import type { ProcessView } from '../file/mount-view.ts';
import { escapeBytes, needsEscape } from '../kernel/escape-bytes.ts';
import { tryKernelText } from '../kernel/kernel-file.ts';
import { socketClass } from '../network/socket-table.ts';
import type { Sockets } from '../network/sockets.ts';
import type { Detail, ListedProcess } from '../process/listed-process.ts';
import { AskedFiles } from './asked-files.ts';
import { type FdInfo, flagNames } from './fdinfo.ts';
import { deviceText, type FileType, guessType, REGULAR, typeOfMode } from './file-type.ts';
import { anonymousClass, anonymousName, linkInode, linkKind } from './link.ts';
import { parseLocks } from './locks.ts';
import type { Deleted, Rows } from './rows.ts';

const DELETED = ' (deleted)';

/** Cells that two descriptors of one file have in common, with names only and in full. */
const NAMED_CELLS = [Cell.type, Cell.name];
const FILE_CELLS = [Cell.type, Cell.name, Cell.target, Cell.device, Cell.size, Cell.links, Cell.node];

/** One descriptor as it was found. */
export interface FoundDescriptor {
  /** FD cell: number, access, lock. */
  readonly fd: string;
  /** Where its link lies. */
  readonly path: string;
  /** Where its fdinfo lies. */
  readonly infoPath: string;
  /** Text of the link. */
  readonly link: string;
  readonly info: FdInfo | null;
  /** Opened with O_PATH. */
  readonly opath: boolean;
}

/** Device and inode that all descriptors of a kind share. */
interface SharedInode {
  readonly device: string;
  readonly node: string;
}

/** Writes the row of one descriptor, each cell as lsof prints it. */
export class DescriptorRow {
  readonly #rows: Rows;
  readonly #detail: Detail;
  readonly #procfs: boolean;
  readonly #sockets: Sockets;
  readonly #kinds = new Map<string, SharedInode>();
  readonly #asked: AskedFiles;
  /** Inodes with locks; null before the first question. */
  #locked: ReadonlySet<number> | null = null;
  remote = 0;

  constructor(rows: Rows, detail: Detail, procfs: boolean, sockets: Sockets) {
    this.#rows = rows;
    this.#detail = detail;
    this.#procfs = procfs;
    this.#sockets = sockets;
    this.#asked = new AskedFiles(rows);
  }

  /** Forgets what files were like: sizes grow, locks come and go. */
  forget(): void {
    this.#asked.clear();
    this.#locked = null;
  }

  unreadable(process: ListedProcess, number: number, why: string): void {
    this.#begin(process, String(number), 'unknown', 'unreadable', 'unknown');
    this.#rows.own(Cell.name, `${process.folder}/fd/${number} (readlink: ${why})`);
    this.#rows.end();
  }

  /** `protocols`: of sockets that no table holds, by link. */
  write(
    process: ListedProcess,
    view: ProcessView,
    found: FoundDescriptor,
    protocols: ReadonlyMap<string, string> | null,
  ): void {
    switch (linkKind(found.link)) {
      case 'path':
        this.#path(process, view, found);
        break;
      case 'memfd':
        this.#memfd(process, found);
        break;
      case 'pipe':
        this.#begin(process, found.fd, 'FIFO', 'pipe', 'unknown');
        this.#kindInode(found.path, 'pipe', false);
        this.#rows.own(Cell.node, linkInode(found.link));
        this.#rows.shared(Cell.name, 'pipe');
        if (found.info) this.#rows.shared(Cell.offset, '0t0');
        break;
      case 'socket':
        this.#socket(process, view, found, protocols);
        break;
      case 'anon':
        this.#anonymous(process, found);
        break;
      default:
        this.#other(process, found);
    }
    const flags = found.info ? flagNames(found.info.flags) : found.opath ? 'PATH' : '';
    if (flags !== '') this.#rows.shared(Cell.flags, flags);
    this.#rows.end();
  }

  #begin(process: ListedProcess, fd: string, type: string, kind: DescriptorClass, deleted: Deleted): void {
    this.#rows.begin(process, kind, deleted);
    this.#rows.own(Cell.fd, fd);
    this.#rows.shared(Cell.type, type);
  }

  #path(process: ListedProcess, view: ProcessView, found: FoundDescriptor): void {
    const { path, link, info } = found;
    const marked = link.endsWith(DELETED);
    const remote = view.files.mounts.remote(link);
    if (remote) this.remote++;
    const asked = this.#procfs && !remote;
    if (asked && this.#detail === 'name' && !marked) {
      this.#named(process, view, found);
      return;
    }
    const known = asked ? this.#asked.find(link, info) : null;
    const stats = known ? known.stats : asked ? tryStat(path) : null;
    const type = stats ? typeOfMode(stats.mode) : guessType(link, info?.flags ?? 0);
    // The kernel's mark can be part of a live file's own name: the link count decides.
    const deleted = !marked ? 'no' : stats ? (stats.nlink === 0 ? 'yes' : 'no') : 'unknown';
    if (known && known.serial === this.#rows.serial) {
      this.#rows.begin(process, type.class, deleted);
      this.#rows.own(Cell.fd, found.fd);
      this.#rows.repeat(known.row, FILE_CELLS);
      if (info) this.#offset(type, info);
      return;
    }
    this.#begin(process, found.fd + this.#lock(found, stats), type.type, type.class, deleted);
    this.#name(path, link, marked && deleted === 'no');
    // Also with names only: how much disk a deleted file holds is why it was asked.
    if (stats) this.#stats(path, stats, type, info);
    else if (this.#detail !== 'name') this.#unasked(info ?? tryFdInfo(found.infoPath));
    if (stats) this.#asked.written(known, link, info, stats);
  }

  /** A path of which no more than its name and type is wanted. */
  #named(process: ListedProcess, view: ProcessView, { fd, path, link }: FoundDescriptor): void {
    const file = view.files.named(link, () => {
      const answer = tryStat(path);
      return answer && typeOfMode(answer.mode);
    });
    const type = file?.type ?? guessType(link, 0);
    this.#rows.begin(process, type.class, 'no');
    this.#rows.own(Cell.fd, fd);
    if (file && file.serial === this.#rows.serial) {
      this.#rows.repeat(file.row, NAMED_CELLS);
      return;
    }
    this.#rows.shared(Cell.type, type.type);
    this.#name(path, link, false);
    if (!file) return;
    file.serial = this.#rows.serial;
    file.row = this.#rows.batch.rows;
  }

  /** Lock letter where fdinfo was not read anyway: it is, where the file has any lock. */
  #lock({ infoPath, info }: FoundDescriptor, stats: Stats | null): string {
    if (info || !stats || this.#detail !== 'stat') return '';
    this.#locked ??= parseLocks(tryKernelText('/proc/locks') ?? '');
    return this.#locked.has(stats.ino) ? (tryFdInfo(infoPath)?.lock ?? '') : '';
  }

  #memfd(process: ListedProcess, found: FoundDescriptor): void {
    const stats = this.#procfs && this.#detail !== 'name' ? tryStat(found.path) : null;
    this.#begin(process, found.fd + this.#lock(found, stats), 'REG', 'memfd', 'unknown');
    this.#name(found.path, found.link, false);
    if (stats) this.#stats(found.path, stats, REGULAR, found.info);
    else this.#unasked(found.info);
  }

  #name(path: string, link: string, suffixIsName: boolean): void {
    if (!suffixIsName) {
      if (this.#rows.ownPlain(Cell.name, link)) return;
      if (!needsEscape(link)) {
        this.#rows.own(Cell.name, link);
        return;
      }
    }
    const bytes = linkBytes(path, link);
    this.#rows.own(Cell.name, escapeBytes(bytes));
    if (suffixIsName) this.#rows.own(Cell.target, decodeText(bytes, 0, bytes.length));
  }

  #stats(path: string, stats: Stats, type: FileType, info: FdInfo | null): void {
    const device = type.class === 'char' || type.class === 'block' ? stats.rdev : stats.dev;
    this.#rows.shared(Cell.device, deviceText(device));
    if (isSized(type)) this.#rows.own(Cell.size, exactNumber(path, stats.size, 'size'));
    if (info) this.#offset(type, info);
    this.#rows.shared(Cell.links, String(stats.nlink));
    this.#rows.own(Cell.node, exactNumber(path, stats.ino, 'ino'));
  }

  #offset(type: FileType, { position }: FdInfo): void {
    this.#rows.shared(Cell.offset, position === '0' || !isSized(type) ? '0t0' : `0t${position}`);
  }

  /** What fdinfo tells of a file that must not be asked. */
  #unasked(info: FdInfo | null): void {
    if (!info) return;
    this.#rows.shared(Cell.offset, `0t${info.position}`);
    if (info.inode !== null) this.#rows.own(Cell.node, info.inode);
  }

  /** Device (and, where all of a kind share one, inode) of a pipe, socket or anonymous inode: asked once per kind. */
  #kindInode(path: string, kind: string, node: boolean): void {
    if (this.#detail === 'name' || !this.#procfs) return;
    let known = this.#kinds.get(kind);
    if (!known) {
      const stats = tryStat(path);
      if (!stats) return;
      known = { device: deviceText(stats.dev), node: exactNumber(path, stats.ino, 'ino') };
      this.#kinds.set(kind, known);
    }
    this.#rows.shared(Cell.device, known.device);
    if (node) this.#rows.shared(Cell.node, known.node);
  }

  #socket(
    process: ListedProcess,
    view: ProcessView,
    found: FoundDescriptor,
    protocols: ReadonlyMap<string, string> | null,
  ): void {
    const inode = linkInode(found.link);
    const fact = this.#sockets.find(view.network, Number(inode));
    if (fact) {
      this.#begin(process, found.fd, fact.type, fact.class, 'unknown');
      if (fact.device !== null) this.#rows.own(Cell.device, fact.device);
      this.#rows.own(Cell.node, fact.node);
      this.#rows.own(Cell.name, fact.name);
    } else {
      const protocol = protocols?.get(found.link) ?? '';
      this.#begin(process, found.fd, 'sock', socketClass(protocol), 'unknown');
      this.#kindInode(found.path, 'socket', false);
      this.#rows.own(Cell.node, inode);
      this.#rows.shared(Cell.name, protocol === '' ? "can't identify protocol" : `protocol: ${protocol}`);
    }
    if (found.info) this.#rows.shared(Cell.offset, '0t0');
  }

  #anonymous(process: ListedProcess, found: FoundDescriptor): void {
    const name = anonymousName(found.link);
    const labels = this.#detail !== 'name' && /^\[(?:eventfd|eventpoll|pidfd)\]$/.test(name);
    const detail = labels ? ((found.info ?? tryFdInfo(found.infoPath))?.detail ?? null) : null;
    const labelled = detail !== null;
    this.#begin(process, found.fd, 'a_inode', anonymousClass(name), 'unknown');
    this.#rows.own(Cell.name, labelled ? `${name.slice(0, -1)}:${detail}]` : escapeBytes(Buffer.from(name)));
    if (this.#detail === 'name' || !this.#procfs) return;
    if (name === '[pidfd]') this.#ownInode(found.path);
    else this.#kindInode(found.path, 'anon', true);
    this.#rows.shared(Cell.size, '0');
  }

  /** Each pidfd has an inode of its own since Linux 6.9 (pidfs). */
  #ownInode(path: string): void {
    const stats = tryStat(path);
    if (!stats) return;
    this.#rows.shared(Cell.device, deviceText(stats.dev));
    this.#rows.own(Cell.node, exactNumber(path, stats.ino, 'ino'));
  }

  /** `net:[4026531840]` and other links that are neither paths nor one of the kinds above. */
  #other(process: ListedProcess, found: FoundDescriptor): void {
    const { path, link, info } = found;
    const stats = this.#procfs && this.#detail !== 'name' ? tryStat(path) : null;
    const type = stats ? typeOfMode(stats.mode) : REGULAR;
    const pidfd = link.startsWith('pidfd:');
    const about = pidfd && this.#detail !== 'name' ? (info ?? tryFdInfo(found.infoPath))?.detail : null;
    this.#begin(process, found.fd, type.type, pidfd ? 'pidfd' : 'other', 'unknown');
    this.#rows.own(Cell.name, about ? `[pidfd:${about}]` : escapeBytes(linkBytes(path, link)));
    if (stats) this.#stats(path, stats, type, info);
  }
}

/** Whether a size, and an offset in it, mean anything. */
function isSized({ type }: FileType): boolean {
  return type === 'REG' || type === 'DIR' || type === 'LINK';
}
