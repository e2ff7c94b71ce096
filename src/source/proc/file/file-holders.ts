import { readdirSync, readFileSync, readlinkSync, type Stats, statSync } from 'node:fs';
import { countDescriptors } from '../descriptor/count.ts';
import { deviceText } from '../descriptor/file-type.ts';
import { tryKernelFile, tryKernelText, tryShortFile } from '../kernel/kernel-file.ts';
import { namespaceOf } from '../kernel/namespaces.ts';
import { parseMaps } from '../process/maps.ts';
import { listProcesses } from '../process/processes.ts';
import { readStat } from '../process/read-stat.ts';
import { Mounts } from './mounts.ts';
import { type OverlayLayer, OverlayLayers } from './overlay-layers.ts';

/** Who has a file open, and how: `fd 7`, `exe`, `mem`. */
export interface FileHolder {
  /** null for the kernel: a loop device, swap. */
  readonly pid: number | null;
  readonly command: string;
  readonly how: string;
}

/** A process that could not be looked into. */
export interface Unreadable {
  readonly pid: number;
  readonly what: string;
}

/** What one look at all processes found. */
export interface HolderScan {
  /** By `device:inode`. */
  readonly holders: ReadonlyMap<string, readonly FileHolder[]>;
  /** Processes looked into. */
  readonly processes: number;
  readonly unreadable: readonly Unreadable[];
  /** Layers of the overlays that are mounted anywhere. */
  readonly layers: readonly OverlayLayer[];
}

/** Holders of one file that are told by name. */
const TOLD = 16;
/** How often and how long, in ms, a process in uninterruptible sleep is waited for. */
const WAKE_TRIES = 20;
const WAKE_MS = 5;

/** The files asked about. Numbers beyond 2^53 share a key with their neighbours, which can only make a file held. */
export class WantedFiles {
  readonly #devices = new Map<number, Set<number>>();

  add(device: bigint, inode: bigint): void {
    const devices = this.#devices.get(Number(inode));
    if (devices) devices.add(Number(device));
    else this.#devices.set(Number(inode), new Set([Number(device)]));
  }

  has({ dev, ino }: Pick<Stats, 'dev' | 'ino'>): boolean {
    return this.#devices.get(ino)?.has(dev) === true;
  }

  /** Devices on which a file with this number is wanted. */
  devicesOf(inode: number): ReadonlySet<number> | undefined {
    return this.#devices.get(inode);
  }
}

export function fileKey(device: bigint | number, inode: bigint | number): string {
  return `${Number(device)}:${Number(inode)}`;
}

/** Where processes and the kernel's own holders are looked for. */
export interface HolderPlaces {
  /** `/proc`, or a folder like it. */
  readonly proc: string;
  /** `/sys`, or a folder like it. */
  readonly sys: string;
}

/**
 * Looks for holders of files over all processes: descriptors, programs and mappings; then loop devices and swap, which hold
 * files without a process. A thread with a descriptor table of its own (unshare(2)) is known by its count. Not seen: files
 * that are on their way in a socket (SCM_RIGHTS), registered with io_uring alone, or open on another machine.
 */
export function scanHolders({ proc, sys }: HolderPlaces, wanted: WantedFiles): HolderScan {
  const scan = new Scan(proc, wanted);
  for (const pid of listProcesses(proc)) scan.process(pid);
  scan.sleepers();
  scan.kernel(sys);
  return {
    holders: scan.holders,
    processes: scan.processes,
    unreadable: scan.unreadable,
    layers: scan.layers.found(),
  };
}

class Scan {
  readonly holders = new Map<string, FileHolder[]>();
  readonly unreadable: Unreadable[] = [];
  readonly layers: OverlayLayers;
  processes = 0;
  readonly #proc: string;
  readonly #wanted: WantedFiles;
  readonly #mounts = new Map<string, Mounts>();
  readonly #sleeping: { readonly pid: number; readonly command: string }[] = [];

  constructor(proc: string, wanted: WantedFiles) {
    this.#proc = proc;
    this.#wanted = wanted;
    this.layers = new OverlayLayers(tryKernelText(`${proc}/self/mountinfo`) ?? '');
  }

  process(pid: number): void {
    const folder = `${this.#proc}/${pid}`;
    const stat = readStat(folder);
    // Ended since the listing, or a zombie, which holds nothing; the threads of one whose first thread ended live on.
    if (!stat || (stat.state === 'Z' && stat.threads <= 1)) return;
    const mounts = this.#mountsOf(folder);
    const refused =
      this.#threads(folder, pid, stat.command, mounts) ?? this.#program(folder, pid, stat.command, mounts);
    if (refused === null && stat.state === 'D') this.#sleeping.push({ pid, command: stat.command });
    else this.#account(pid, refused ?? this.#mappings(folder, pid, stat.command));
  }

  /** Reading the mappings of a process in uninterruptible sleep may hang: most wake soon, as from a disk. */
  sleepers(): void {
    for (const { pid, command } of this.#sleeping) {
      const folder = `${this.#proc}/${pid}`;
      let awake = isAwake(folder);
      for (let tries = 0; !awake && tries < WAKE_TRIES; tries++) {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAKE_MS);
        awake = isAwake(folder);
      }
      this.#account(pid, awake ? this.#mappings(folder, pid, command) : 'mappings: it sleeps in the kernel');
    }
  }

  #account(pid: number, refused: string | null): void {
    if (refused === null) this.processes++;
    else if (refused !== 'ended') this.unreadable.push({ pid, what: refused });
  }

  kernel(sys: string): void {
    const backing = (name: string) => firstLine(`${sys}/block/${name}/loop/backing_file`);
    for (const name of listed(`${sys}/block`)) {
      if (name.startsWith('loop')) this.#path(backing(name), name);
    }
    for (const line of (tryKernelText(`${this.#proc}/swaps`) ?? '').split('\n').slice(1)) {
      this.#path(/^(\/\S*)\s+file\s/.exec(line)?.[1] ?? null, 'swap');
    }
  }

  /** Descriptors of the process, and of those of its threads that have a table of their own. */
  #threads(folder: string, pid: number, command: string, mounts: Mounts): string | null {
    const refused = this.#descriptors(`${folder}/fd`, pid, command, mounts);
    if (refused !== null) return refused;
    const count = countDescriptors(folder);
    for (const tid of listed(`${folder}/task`)) {
      if (tid === String(pid) || countDescriptors(`${folder}/task/${tid}`) === count) continue;
      const own = this.#descriptors(`${folder}/task/${tid}/fd`, pid, command, mounts);
      if (own !== null && own !== 'ended') return own;
    }
    return null;
  }

  #descriptors(folder: string, pid: number, command: string, mounts: Mounts): string | null {
    let numbers: string[];
    try {
      numbers = readdirSync(folder, 'latin1');
    } catch (error) {
      return refusal(error, 'descriptors');
    }
    for (const number of numbers) {
      const refused = this.#link(`${folder}/${number}`, { pid, command, how: `fd ${number}` }, mounts);
      if (refused !== null && refused !== 'ended') return refused;
    }
    return null;
  }

  #program(folder: string, pid: number, command: string, mounts: Mounts): string | null {
    const refused = this.#link(`${folder}/exe`, { pid, command, how: 'exe' }, mounts);
    // A kernel thread has none.
    return refused === 'ended' ? null : refused;
  }

  #link(path: string, holder: FileHolder, mounts: Mounts): string | null {
    try {
      const link = readlinkSync(path);
      if (!link.startsWith('/') || mounts.remote(link)) return null;
      const stats = statSync(path);
      if (this.#wanted.has(stats)) this.#add(fileKey(stats.dev, stats.ino), holder);
      return null;
    } catch (error) {
      return refusal(error, holder.how === 'exe' ? 'program' : 'descriptors');
    }
  }

  /** On Btrfs and overlays the device in maps is not the one of stat(2): the number decides, then the file itself. */
  #mappings(folder: string, pid: number, command: string): string | null {
    const maps = tryKernelFile(`${folder}/maps`);
    if (!maps) return tryShortFile(`${folder}/stat`) === null ? 'ended' : 'mappings';
    const seen = new Set<string>();
    for (const { inode, device, range } of parseMaps(Buffer.from(maps))) {
      const devices = this.#wanted.devicesOf(Number(inode));
      if (!devices || seen.has(`${device} ${inode}`)) continue;
      seen.add(`${device} ${inode}`);
      const same = [...devices].filter((candidate) => deviceText(candidate) === device);
      const mapped = same.length > 0 ? null : statOf(`${folder}/map_files/${range}`);
      if (mapped && !this.#wanted.has(mapped)) continue;
      const where = mapped ? [mapped.dev] : same.length > 0 ? same : [...devices];
      for (const candidate of where) this.#add(fileKey(candidate, Number(inode)), { pid, command, how: 'mem' });
    }
    return null;
  }

  #path(path: string | null, how: string): void {
    const stats = path === null ? null : statOf(path);
    if (stats && this.#wanted.has(stats))
      this.#add(fileKey(stats.dev, stats.ino), { pid: null, command: 'kernel', how });
  }

  #add(key: string, holder: FileHolder): void {
    const known = this.holders.get(key);
    if (!known) this.holders.set(key, [holder]);
    else if (known.length < TOLD && !known.some(({ pid }) => pid === holder.pid)) known.push(holder);
  }

  #mountsOf(folder: string): Mounts {
    const id = namespaceOf(folder, 'mnt') ?? folder;
    let mounts = this.#mounts.get(id);
    if (!mounts) {
      const text = tryKernelText(`${folder}/mountinfo`) ?? '';
      this.layers.add(text);
      mounts = new Mounts(text);
      this.#mounts.set(id, mounts);
    }
    return mounts;
  }
}

/** `ended` where the process, or what was asked of it, is gone. */
function refusal(error: unknown, what: string): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return code === 'ENOENT' || code === 'ESRCH' ? 'ended' : what;
}

function isAwake(folder: string): boolean {
  return readStat(folder)?.state !== 'D';
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function statOf(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}

function firstLine(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').split('\n')[0] ?? null;
  } catch {
    return null;
  }
}
