import { lstatSync, readlinkSync, type Stats, statSync } from 'node:fs';
import { decodeText } from '../../columns/utf8.ts';
import type { DescriptorClass } from '../../model/descriptor-class.ts';
import { escapeBytes } from './escape-bytes.ts';
import { accessOfFlags, accessOfMode, type FdInfo, flagNames, O_PATH, parseFdInfo, pathOnly } from './fdinfo.ts';
import { DIRECTORY, deviceText, type FileType, REGULAR, typeOfMode } from './file-type.ts';
import { readKernelFileHead } from './kernel-file.ts';
import { anonymousClass, anonymousName, linkInode, linkKind } from './link.ts';
import { type Mounts, mountsOf } from './mounts.ts';
import { namespaceOf } from './namespaces.ts';
import { socketProtocols } from './perl.ts';
import type { Rows } from './rows.ts';
import { Sockets } from './sockets.ts';

/** How much of a row is read: its name and class; also access, device, inode, size, links; also offset, flags, lock. */
export type Detail = 'name' | 'stat' | 'full';

/** A process whose descriptors are read. Its repeated cells are those of its fact. */
export interface ListedProcess {
  readonly pid: number;
  /** Folder that holds `fd` and `fdinfo`: of the process, or of a thread of it. */
  readonly folder: string;
  readonly command: string;
  readonly user: string | null;
  readonly uid: number | null;
  readonly ppid: number | null;
}

/** Descriptors that were listed and then could not be shown. */
export interface Losses {
  /** Closed between the listing and the look. */
  vanished: number;
  /** Refused (permission). */
  unreadable: number;
}

/** Distinct paths whose type is remembered per mount namespace. */
const REMEMBERED = 50_000;
const QUIET = { throwIfNoEntry: false } as const;
const DELETED = ' (deleted)';
const ODD = /[\x00-\x1f\\\x7f\ufffd]/;

/** Text of errno as strerror(3) has it, for the two that happen. */
function reason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return code === 'EACCES' || code === 'EPERM' ? 'Permission denied' : code;
}

function gone(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ESRCH';
}

interface Namespaces {
  readonly net: string;
  readonly mounts: Mounts;
  readonly types: Map<string, FileType>;
}

interface Inode {
  readonly device: string;
  readonly node: string;
}

/**
 * Reads descriptors of processes into rows. One reader lives for a whole run, so that tables of sockets, mounts and
 * the types of paths are read once per namespace.
 */
export class DescriptorReader {
  readonly #rows: Rows;
  readonly #detail: Detail;
  /** Whether links lead to the files they name; in a captured tree they lead to this machine's, which must not be asked. */
  readonly #procfs: boolean;
  readonly #sockets = new Sockets();
  readonly #mounts = new Map<string, Pick<Namespaces, 'mounts' | 'types'>>();
  readonly #processes = new Map<number, Namespaces>();
  readonly #pseudo = new Map<string, Inode | null>();
  /** Rows on network file systems, which were not asked for type and size: such a stat may never return. */
  remote = 0;

  constructor(rows: Rows, detail: Detail, procfs: boolean) {
    this.#rows = rows;
    this.#detail = detail;
    this.#procfs = procfs;
  }

  /**
   * Appends a row for each of `numbers` that is still open. `prefix` leads to the folder of descriptors: empty where the
   * caller stands in it, which makes every name short.
   */
  read(process: ListedProcess, numbers: Int32Array, prefix = `${process.folder}/fd/`): Losses {
    const losses: Losses = { vanished: 0, unreadable: 0 };
    const namespaces = this.#namespacesOf(process);
    const begun = performance.now();
    const links: (string | null)[] = new Array(numbers.length);
    let sockets: Set<number> | null = null;
    for (let i = 0; i < numbers.length; i++) {
      const number = numbers[i] as number;
      try {
        const link = readlinkSync(`${prefix}${number}`);
        links[i] = link;
        if (link.startsWith('socket:[')) {
          sockets ??= new Set();
          sockets.add(Number(linkInode(link)));
        }
      } catch (error) {
        links[i] = null;
        if (gone(error)) losses.vanished++;
        else {
          losses.unreadable++;
          this.#unreadable(process, number, reason(error));
        }
      }
    }
    const protocols = sockets ? this.#protocols(process, namespaces, sockets, numbers, links, begun) : null;
    for (let i = 0; i < numbers.length; i++) {
      const link = links[i];
      if (link) this.#row(process, namespaces, numbers[i] as number, link, prefix, protocols);
    }
    return losses;
  }

  /** Types of what `cwd`, `root` and `exe` of a process lead to, for the rows that are no descriptors. */
  pathFacts(process: ListedProcess, path: string, link: string): { remote: boolean; stats: Stats | null } {
    const remote = !this.#procfs || this.#namespacesOf(process).mounts.remote(link);
    return { remote, stats: remote ? null : stat(path) };
  }

  /** Cells that every row of a process has. */
  processCells(process: ListedProcess): void {
    const rows = this.#rows;
    rows.shared('command', process.command);
    if (process.user !== null) rows.shared('user', process.user);
    if (process.uid !== null) rows.shared('uid', String(process.uid));
    if (process.ppid !== null) rows.shared('ppid', String(process.ppid));
  }

  #namespacesOf(process: ListedProcess): Namespaces {
    const known = this.#processes.get(process.pid);
    if (known) return known;
    const net = namespaceOf(process.folder, 'net') ?? 'unknown';
    const id = namespaceOf(process.folder, 'mnt') ?? 'unknown';
    let mount = this.#mounts.get(id);
    if (!mount) {
      mount = { mounts: mountsOf(process.folder), types: new Map() };
      this.#mounts.set(id, mount);
    }
    const namespaces = { net, ...mount };
    this.#processes.set(process.pid, namespaces);
    return namespaces;
  }

  /** Protocols of the sockets that stand in no table: created and never bound or connected. */
  #protocols(
    process: ListedProcess,
    namespaces: Namespaces,
    inodes: Set<number>,
    numbers: Int32Array,
    links: readonly (string | null)[],
    begun: number,
  ): Map<string, string> | null {
    const missing = this.#sockets.load(namespaces.net, process.folder, inodes, begun);
    if (missing.length === 0 || !this.#procfs) return null;
    const wanted = new Set(missing.map((inode) => `socket:[${inode}]`));
    const found: string[] = [];
    const paths: string[] = [];
    for (let i = 0; i < links.length; i++) {
      const link = links[i];
      if (!link || !wanted.delete(link)) continue;
      found.push(link);
      paths.push(`${process.folder}/fd/${numbers[i]}`);
    }
    const names = socketProtocols(paths);
    return names && new Map(found.map((link, i) => [link, names[i] as string]));
  }

  #begin(
    process: ListedProcess,
    fd: string,
    type: string,
    kind: DescriptorClass,
    deleted: 'unknown' | 'no' | 'yes',
  ): void {
    this.#rows.begin(process.pid, kind, deleted);
    this.processCells(process);
    this.#rows.own('fd', fd);
    this.#rows.shared('type', type);
  }

  #unreadable(process: ListedProcess, number: number, why: string): void {
    this.#begin(process, String(number), 'unknown', 'unreadable', 'unknown');
    this.#rows.own('name', `${process.folder}/fd/${number} (readlink: ${why})`);
    this.#rows.end();
  }

  #row(
    process: ListedProcess,
    namespaces: Namespaces,
    number: number,
    link: string,
    prefix: string,
    protocols: ReadonlyMap<string, string> | null,
  ): void {
    const path = `${prefix}${number}`;
    let fd = String(number);
    let info: FdInfo | null = null;
    let opath = false;
    if (this.#detail === 'full' || (this.#detail === 'stat' && !this.#procfs)) {
      info = fdInfo(prefix === '' ? `../fdinfo/${number}` : `${process.folder}/fdinfo/${number}`);
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
    switch (linkKind(link)) {
      case 'path':
      case 'memfd':
        this.#path(process, namespaces, fd, path, link, info);
        break;
      case 'pipe':
        this.#begin(process, fd, 'FIFO', 'pipe', 'unknown');
        this.#pseudoInode(path, 'pipe', false);
        this.#rows.own('node', linkInode(link));
        this.#rows.shared('name', 'pipe');
        if (info) this.#rows.shared('offset', '0t0');
        break;
      case 'socket':
        this.#socket(process, namespaces, fd, path, link, info, protocols);
        break;
      case 'anon':
        this.#anonymous(process, fd, path, link, info);
        break;
      default:
        this.#other(process, fd, path, link, info);
    }
    const flags = info ? flagNames(info.flags) : opath ? 'PATH' : '';
    if (flags !== '') this.#rows.shared('flags', flags);
    this.#rows.end();
  }

  #path(
    process: ListedProcess,
    namespaces: Namespaces,
    fd: string,
    path: string,
    link: string,
    info: FdInfo | null,
  ): void {
    const memfd = link.startsWith('/memfd:');
    const marked = link.endsWith(DELETED);
    const remote = !memfd && namespaces.mounts.remote(link);
    if (remote) this.remote++;
    const asked = this.#procfs && !remote;
    let stats: Stats | null = null;
    let type: FileType | undefined;
    if (this.#detail === 'name' && asked && !marked) {
      type = namespaces.types.get(link);
      if (!type) {
        stats = stat(path);
        type = stats ? typeOfMode(stats.mode) : REGULAR;
        if (namespaces.types.size >= REMEMBERED) namespaces.types.clear();
        namespaces.types.set(link, type);
        stats = null;
      }
    } else if (asked) stats = stat(path);
    type ??= stats ? typeOfMode(stats.mode) : guessType(link, info);
    const deleted = memfd ? 'unknown' : marked ? (stats ? (stats.nlink === 0 ? 'yes' : 'no') : 'unknown') : 'no';
    this.#begin(process, fd, type.type, memfd ? 'memfd' : type.class, deleted);
    this.#name(path, link, marked && deleted === 'no');
    if (this.#detail === 'name') return;
    if (stats) this.#stats(path, stats, type, info);
    else if (info) {
      if (info.inode !== null) this.#rows.own('node', info.inode);
      this.#rows.shared('offset', `0t${info.position}`);
    }
  }

  #name(path: string, link: string, suffixIsName: boolean): void {
    if (!suffixIsName && !ODD.test(link)) {
      this.#rows.own('name', link);
      return;
    }
    const bytes = linkBytes(path, link);
    this.#rows.own('name', escapeBytes(bytes));
    if (suffixIsName) this.#rows.own('target', decodeText(bytes, 0, bytes.length));
  }

  #stats(path: string, stats: Stats, type: FileType, info: FdInfo | null): void {
    const special = type.type === 'CHR' || type.type === 'BLK';
    const sized = type.type === 'REG' || type.type === 'DIR' || type.type === 'LINK';
    this.#rows.shared('device', deviceText(special ? stats.rdev : stats.dev));
    if (sized) this.#rows.own('size', exact(path, stats.size, 'size'));
    if (info) this.#rows.shared('offset', sized ? `0t${info.position}` : '0t0');
    this.#rows.shared('links', String(stats.nlink));
    this.#rows.own('node', info?.inode ?? exact(path, stats.ino, 'ino'));
  }

  /** Device (and, where all of a kind share one, inode) of a pipe, socket or anonymous inode: asked once per kind. */
  #pseudoInode(path: string, kind: string, node: boolean): void {
    if (this.#detail === 'name' || !this.#procfs) return;
    let known = this.#pseudo.get(kind);
    if (known === undefined) {
      const stats = stat(path);
      if (!stats) return;
      known = { device: deviceText(stats.dev), node: String(stats.ino) };
      this.#pseudo.set(kind, known);
    }
    if (!known) return;
    this.#rows.shared('device', known.device);
    if (node) this.#rows.shared('node', known.node);
  }

  #socket(
    process: ListedProcess,
    namespaces: Namespaces,
    fd: string,
    path: string,
    link: string,
    info: FdInfo | null,
    protocols: ReadonlyMap<string, string> | null,
  ): void {
    const inode = linkInode(link);
    const fact = this.#sockets.find(namespaces.net, Number(inode));
    if (fact) {
      this.#begin(process, fd, fact.type, fact.class, 'unknown');
      if (fact.device !== null) this.#rows.own('device', fact.device);
      this.#rows.own('node', fact.node);
      this.#rows.own('name', fact.name);
    } else {
      const protocol = protocols?.get(link) ?? '';
      this.#begin(process, fd, 'sock', socketClass(protocol), 'unknown');
      this.#pseudoInode(path, 'socket', false);
      this.#rows.own('node', inode);
      this.#rows.shared('name', protocol === '' ? "can't identify protocol" : `protocol: ${protocol}`);
    }
    if (info) this.#rows.shared('offset', '0t0');
  }

  #anonymous(process: ListedProcess, fd: string, path: string, link: string, info: FdInfo | null): void {
    const name = anonymousName(link);
    const detail = info?.detail ?? null;
    this.#begin(process, fd, 'a_inode', anonymousClass(name), 'unknown');
    const labelled = detail !== null && /^\[(?:eventfd|eventpoll|pidfd)\]$/.test(name);
    this.#rows.own('name', labelled ? `${name.slice(0, -1)}:${detail}]` : escapeBytes(Buffer.from(name)));
    if (name === '[pidfd]') this.#pidfd(path);
    else this.#pseudoInode(path, 'anon', true);
    if (this.#detail !== 'name' && this.#procfs) this.#rows.shared('size', '0');
  }

  /** Each pidfd has an inode of its own since Linux 6.9 (pidfs). */
  #pidfd(path: string): void {
    if (this.#detail === 'name' || !this.#procfs) return;
    const stats = stat(path);
    if (!stats) return;
    this.#rows.shared('device', deviceText(stats.dev));
    this.#rows.own('node', exact(path, stats.ino, 'ino'));
  }

  /** `net:[4026531840]` and other links that are neither paths nor one of the kinds above. */
  #other(process: ListedProcess, fd: string, path: string, link: string, info: FdInfo | null): void {
    const stats = this.#procfs && this.#detail !== 'name' ? stat(path) : null;
    const pidfd = link.startsWith('pidfd:');
    this.#begin(process, fd, stats ? typeOfMode(stats.mode).type : 'REG', pidfd ? 'pidfd' : 'other', 'unknown');
    const pid = pidfd ? info?.detail : null;
    this.#rows.own('name', pid ? `[pidfd:${pid}]` : escapeBytes(linkBytes(path, link)));
    if (!stats) return;
    this.#rows.shared('device', deviceText(stats.dev));
    this.#rows.own('size', String(stats.size));
    this.#rows.own('node', exact(path, stats.ino, 'ino'));
    this.#rows.shared('links', String(stats.nlink));
  }
}

function stat(path: string): Stats | null {
  try {
    return statSync(path, QUIET) ?? null;
  } catch {
    return null;
  }
}

function linkMode(path: string): number | null {
  try {
    return lstatSync(path, QUIET)?.mode ?? null;
  } catch {
    return null;
  }
}

function fdInfo(path: string): FdInfo | null {
  try {
    return parseFdInfo(readKernelFileHead(path).toString('latin1'));
  } catch {
    return null;
  }
}

/** The link's bytes: what was read as text, or read again where a byte of it was no UTF-8. */
function linkBytes(path: string, link: string): Uint8Array {
  if (link.includes('\ufffd')) {
    try {
      return readlinkSync(path, 'buffer');
    } catch {
      // Closed meanwhile: the text is what is left.
    }
  }
  return Buffer.from(link);
}

/** A stat number as decimal text; one that a double cannot hold is asked for again. */
function exact(path: string, value: number, field: 'ino' | 'size'): string {
  if (Number.isSafeInteger(value)) return String(value);
  try {
    return String(statSync(path, { bigint: true })[field]);
  } catch {
    return '';
  }
}

/** What a path probably is where nobody may ask: opendir(3) sets O_DIRECTORY; a name below /dev is a device. */
function guessType(link: string, info: FdInfo | null): FileType {
  if (info && flagNames(info.flags).split(',').includes('DTY')) return DIRECTORY;
  return CHARACTER_DEVICE.test(link) ? { type: 'CHR', class: 'char' } : REGULAR;
}

const CHARACTER_DEVICE =
  /^\/dev\/(?!shm\/|mqueue\/|hugepages\/|disk\/|mapper\/|(?:sd|hd|vd|xvd|nvme\d+n|dm-|loop|md|sr)[a-z0-9]*$)/;

function socketClass(protocol: string): DescriptorClass {
  if (/^(?:MP)?(?:TCP|UDP|RAW|PING|ICMP|SCTP|DCCP|L2TP)/.test(protocol)) return 'inet';
  if (protocol.startsWith('UNIX')) return 'unix';
  return protocol === 'NETLINK' ? 'netlink' : 'other';
}
