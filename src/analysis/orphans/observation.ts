/** Who holds a file; pid null for the kernel. */
export interface ObservedHolder {
  readonly pid: number | null;
  readonly command: string;
  readonly how: string;
}

/** A regular file as two looks at it agree. */
export interface ObservedFile {
  /** Escaped where it is no text. */
  readonly path: string;
  /** Names the file: `device:inode`. */
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** Bytes of its blocks. */
  readonly allocated: number;
  readonly links: number;
  readonly owner: string;
  /** Times in ms since the epoch. */
  readonly modified: number;
  readonly changed: number;
  /** null where the file system does not keep it. */
  readonly born: number | null;
  readonly holders: readonly ObservedHolder[];
}

/** A living process of the service that the files belong to. */
export interface ServiceProcess {
  readonly pid: number;
  readonly command: string;
  /** ms since the epoch. */
  readonly started: number;
  /** Hands out work and does none: the first process of a known prefork server. */
  readonly manager: boolean;
  /** Last sign of life, ms since the epoch; null where the program gives none. */
  readonly heartbeat: number | null;
  /** Whether a sign of life means that no request is at work in it: one thread, one request at a time. */
  readonly serial: boolean;
}

export interface Service {
  /** As it was asked for. */
  readonly name: string;
  readonly processes: readonly ServiceProcess[];
  /** Seconds that a worker may be silent before its manager kills it; null where the command line does not say. */
  readonly timeout: number | null;
}

/** The disk below a folder, seen twice. */
export interface ObservedDisk {
  readonly folder: string;
  /** Number of the file system: a folder may lie on another one at the next look. */
  readonly device: string;
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  readonly available: number;
  /** Bytes more in use at the end than at the start, and the seconds between. */
  readonly grown: number;
  readonly seconds: number;
}

/** What was found below some folders. */
export interface Observation<F extends ObservedFile = ObservedFile> {
  readonly folders: readonly string[];
  /** ms since the epoch. */
  readonly time: number;
  readonly files: readonly F[];
  /** Files that went away between the looks. */
  readonly vanished: number;
  readonly disks: readonly ObservedDisk[];
  readonly service: Service | null;
  /** Why holders cannot be known here: whole sentences, empty where they can. */
  readonly withheld: readonly string[];
  readonly processes: { readonly seen: number; readonly read: number; readonly refused: number };
  /** What was not looked at: sentences. */
  readonly hidden: readonly string[];
}
