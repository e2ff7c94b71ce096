import { octalDecoded } from './mounts.ts';

/** Where a folder lies, by whatever name it is reached: bind mounts give one several. */
export interface FilePlace {
  /** Of the file system, `8:1`. */
  readonly device: string;
  /** Inside the file system. */
  readonly path: string;
}

/** Whether one is the other, or lies below it. */
export function overlap(one: FilePlace, other: FilePlace): boolean {
  return one.device === other.device && (isWithin(one.path, other.path) || isWithin(other.path, one.path));
}

export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

interface Mounted extends FilePlace {
  readonly point: string;
}

/** What a mount namespace has mounted where. */
export class PlaceTable {
  readonly #mounts: readonly Mounted[];

  /** `mountinfo`: text of `/proc/PID/mountinfo` (proc_pid_mountinfo(5)). */
  constructor(mountinfo: string) {
    this.#mounts = mountinfo.split('\n').flatMap((line) => {
      const [, , device, root, point] = line.split(' ', 5);
      if (device === undefined || root === undefined || point === undefined) return [];
      return [{ device, path: octalDecoded(root), point: octalDecoded(point) }];
    });
  }

  /**
   * @param path absolute, without links in it
   * @returns null where nothing is mounted above it that is seen
   */
  placeOf(path: string): FilePlace | null {
    let best: Mounted | null = null;
    for (const mount of this.#mounts) {
      // Of two at one point the later one covers the earlier.
      if (isWithin(path, mount.point) && mount.point.length >= (best?.point.length ?? 0)) best = mount;
    }
    if (best === null) return null;
    const rest = path.slice(best.point === '/' ? 0 : best.point.length);
    return { device: best.device, path: best.path === '/' ? rest || '/' : `${best.path}${rest === '/' ? '' : rest}` };
  }
}
