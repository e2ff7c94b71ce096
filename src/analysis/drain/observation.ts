import type { SignalMasks } from '../../model/signal-masks.ts';

/** Why a process belongs to those that are looked at. */
export type DrainRole =
  /** The signal goes to it. */
  | 'asked'
  /** Descends from one that is asked: it has to end as well. */
  | 'descendant'
  /** Holds the same listening socket; nobody asked it to end. */
  | 'beside';

/** A process from its start to its end. */
export interface DrainLife {
  readonly pid: number;
  /** UTC ISO-8601. */
  readonly startTime: string | null;
  readonly command: string;
  readonly role: DrainRole;
  /** Pid of its parent when it was first seen. */
  readonly parent: number;
  readonly signals: SignalMasks | null;
}

/** A socket held by a process. */
export interface SocketSight {
  readonly inode: string;
  /** `other`: not connected, or of another family; `unnamed`: the tables that name it were not read since it came. */
  readonly kind: 'tcp' | 'unix' | 'other' | 'unnamed';
  /** `127.0.0.1:8080`, or a path; empty of one without a name. */
  readonly local: string;
  /** null for a listener and in the unix domain. */
  readonly remote: string | null;
  /** `LISTEN`, `ESTABLISHED`, `CLOSE_WAIT` ...; a connected unix socket is `ESTABLISHED`. */
  readonly state: string;
  /** Bytes that the other end has not acknowledged. */
  readonly sending: number;
  /** Bytes not read yet; of a listener: connections not accepted yet. */
  readonly receiving: number;
}

/** A regular file that is open for writing, or has no name any more. */
export interface FileSight {
  /** Device and inode. */
  readonly key: string;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly deleted: boolean;
  readonly writable: boolean;
  /** Offset of the descriptor, bytes; null where it was not asked. */
  readonly position: number | null;
}

/** One process at one moment. */
export interface ProcessSight {
  readonly life: number;
  /** On its way out: its descriptors may be on theirs. */
  readonly exiting: boolean;
  /** Signals sent and not taken. */
  readonly pending: bigint;
  /** Links by descriptor number; null where they may not be read. */
  readonly table: ReadonlyMap<number, string> | null;
  readonly sockets: readonly SocketSight[];
  readonly files: readonly FileSight[];
}

/** How a process ended, as far as it was seen. */
export interface Ending {
  /** null: it was gone before anybody could look. */
  readonly by: 'exit' | 'signal' | null;
  /** Exit status; null where it was no exit or could not be read. */
  readonly code: number | null;
  /** Number; null where it was none or could not be read. */
  readonly signal: number | null;
}

/** What became of a connection whose process has ended: its state in the kernel's table, null where it is not there any more. */
export interface Fate {
  readonly inode: string;
  readonly state: string | null;
}

/** Who listens on an address at the end. */
export interface PortHolder {
  readonly address: string;
  readonly pid: number;
  readonly command: string;
}

/**
 * What is seen of a shutdown, in the order it is seen. `seconds` run from the beginning of the following, by the monotonic clock.
 *
 * - `look`: of some processes, of all that live with `whole`;
 * - `ending`: how one ended, learnt later;
 * - `fates`: of the connections that a process had when it ended, and nobody else holds;
 * - `began`: a shutdown that somebody else asked for, and the sign it was known by;
 * - `over`: nothing follows.
 */
export type DrainItem = { readonly seconds: number } & (
  | { readonly kind: 'life'; readonly life: number; readonly fact: DrainLife }
  | { readonly kind: 'look'; readonly whole: boolean; readonly sights: readonly ProcessSight[] }
  | { readonly kind: 'sent'; readonly signal: number; readonly name: string; readonly lives: readonly number[] }
  | { readonly kind: 'began'; readonly sign: string }
  | { readonly kind: 'end'; readonly life: number; readonly ending: Ending }
  | { readonly kind: 'ending'; readonly life: number; readonly ending: Ending }
  | { readonly kind: 'fates'; readonly life: number; readonly fates: readonly Fate[] }
  | { readonly kind: 'over'; readonly why: Over; readonly ports: readonly PortHolder[] }
);

/**
 * Why the following is over: everybody has ended, `gone` before the signal was sent; the `grace` is over; nothing began in the
 * `time` to wait; the user `stopped` it.
 */
export type Over = 'all' | 'gone' | 'grace' | 'time' | 'stopped';
