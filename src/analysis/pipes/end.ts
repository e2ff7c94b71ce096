import type { Access } from '../../model/fd-cell.ts';

/** One descriptor of one process on a pipe or a socket. */
export interface End {
  readonly pid: number;
  /** null where lsof cut the number off. */
  readonly number: number | null;
  /** `r`, `w`, or `u` for both; null where the source does not say. */
  readonly access: Access | null;
}

/** The other end of something, as lsof -E names it: its process may not be listed itself. */
export interface NamedEnd extends End {
  readonly command: string;
}

export type FileKind = 'pipe' | 'fifo' | 'unix' | 'inet';

/** A pipe or a socket with everybody who holds it. */
export interface EndFile {
  /** Names it among all others: kind and inode. */
  readonly key: string;
  readonly kind: FileKind;
  /** inode, decimal, or the address that stands for it; null where the source does not say. */
  readonly node: string | null;
  /** Path, addresses; null where it has none. */
  readonly name: string | null;
  readonly state: string | null;
  readonly protocol: string | null;
  readonly local: string | null;
  readonly remote: string | null;
  /** inode of the socket at the other end, where the listing says it (lsof -E). */
  readonly peer: string | null;
  /** What the listing says waits in a socket (lsof -T qs), bytes. */
  readonly queued: { readonly receive: number; readonly send: number } | null;
  /** The first so many, by pid and number. */
  readonly ends: readonly End[];
  /** Descriptors that read and that write; `u` is both. */
  readonly readers: number;
  readonly writers: number;
  /** Those of which the source does not say what they do. */
  readonly untold: number;
  /** Processes that hold any end. */
  readonly processes: number;
  /** Other ends that only a name tells. */
  readonly named: readonly NamedEnd[];
  /** Whether the filters ask for it. */
  readonly chosen: boolean;
}
