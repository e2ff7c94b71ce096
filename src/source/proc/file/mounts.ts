import { tryKernelText } from '../kernel/kernel-file.ts';

/** File systems whose stat(2) asks another machine, or a program, and may never come back. */
const REMOTE =
  /^(?:nfs\d?|cifs|smb\d?|smbfs|9p|ceph|afs|coda|ncpfs|gfs2?|ocfs2|lustre|glusterfs|beegfs|gpfs|autofs|virtiofs|fuse(?:\..*)?|fuseblk|davfs)$/;

/** mountinfo writes blank, tab, newline and backslash of a path as three octal digits. */
export function octalDecoded(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

/** Mount points of a process's mount namespace, to know whose files must never be asked with stat. */
export class Mounts {
  /** Where anything is mounted. */
  readonly points: readonly string[];
  readonly #remote: readonly string[];
  readonly #local: readonly string[];

  /** `mountinfo`: text of `/proc/PID/mountinfo` (proc_pid_mountinfo(5)). */
  constructor(mountinfo: string) {
    const remote: string[] = [];
    const local: string[] = [];
    for (const line of mountinfo.split('\n')) {
      const separator = line.indexOf(' - ');
      if (separator < 0) continue;
      const point = octalDecoded(line.split(' ', 5)[4] ?? '');
      const type = line.slice(separator + 3).split(' ', 1)[0] as string;
      (REMOTE.test(type) ? remote : local).push(point);
    }
    this.points = [...remote, ...local];
    this.#remote = remote;
    this.#local = remote.length === 0 ? [] : local;
  }

  /** Whether the path lies on a file system whose stat may hang. */
  remote(path: string): boolean {
    if (this.#remote.length === 0) return false;
    return longest(this.#remote, path) > longest(this.#local, path);
  }
}

function longest(points: readonly string[], path: string): number {
  let best = -1;
  for (const point of points) {
    if (point.length <= best || !path.startsWith(point)) continue;
    if (point === '/' || path.length === point.length || path[point.length] === '/' || path[point.length] === ' ') {
      best = point.length;
    }
  }
  return best;
}

/** The mounts that a process sees; none where they cannot be read. */
export function mountsOf(folder: string): Mounts {
  return new Mounts(tryKernelText(`${folder}/mountinfo`) ?? '');
}
