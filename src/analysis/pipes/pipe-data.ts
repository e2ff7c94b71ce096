import type { Access } from '../../model/fd-cell.ts';

/** Who holds an end, and by which number. */
export interface EndHolder {
  readonly pid: number | null;
  readonly command: string | null;
  readonly user: string | null;
  /** Descriptor number; null where the listing cut it off. */
  readonly fd: number | null;
  readonly access: Access | null;
}

/** A thread that waits for a pipe or a socket, and did nothing else between two looks. */
export interface BlockedThread {
  readonly pid: number;
  readonly tid: number;
  readonly task: string;
  readonly call: string;
  readonly fd: number;
  readonly direction: 'read' | 'write';
  /** Bytes that the call asks for. */
  readonly size: number | null;
  readonly wchan: string | null;
}

/**
 * `full`: no page is free, so that a write of a page fails or waits; `high`: at 90 % or more; `packets`: each write has a
 * page of its own, whose number nothing tells.
 */
export type PipeState = 'full' | 'high' | 'normal' | 'packets' | 'unknown';

export interface PipeEntry {
  readonly kind: 'pipe' | 'fifo';
  readonly node: string | null;
  readonly name: string | null;
  readonly state: PipeState;
  /** Bytes; null where they were not read. */
  readonly queued: number | null;
  readonly capacity: number | null;
  readonly share: number | null;
  /** Why it was not read. */
  readonly why: string | null;
  /** Bytes a second since the look before; null at the first. */
  readonly rate: number | null;
  /** Seconds until it is full at that rate; null where it does not fill. */
  readonly fullIn: number | null;
  readonly packets: boolean | null;
  readonly nonblocking: boolean | null;
  readonly readers: number;
  readonly writers: number;
  /** The first so many. */
  readonly ends: readonly EndHolder[];
  /** Which end nobody holds that could be seen; null where both are held, or a listing cannot tell. */
  readonly missing: 'reader' | 'writer' | null;
  /** Whether one process holds both ends and no other holds any. */
  readonly alone: boolean;
  readonly blocked: readonly BlockedThread[];
}

/** One end of a pair of unix sockets. */
export interface PairEnd {
  readonly node: string | null;
  readonly name: string | null;
  /** Bytes (messages of a datagram socket) that wait to be read here; null where nobody was asked. */
  readonly receive: number | null;
  /** Bytes of memory charged for what was sent from here and not read. */
  readonly send: number | null;
  /** Bytes that may be charged. */
  readonly buffer: number | null;
  readonly ends: readonly EndHolder[];
  readonly blocked: readonly BlockedThread[];
}

/** Two unix sockets that are connected with each other; one where the other is not known. */
export interface PairEntry {
  readonly type: string | null;
  readonly sockets: readonly PairEnd[];
  readonly alone: boolean;
}

/** A TCP connection in which something waits. */
export interface QueueEntry {
  readonly node: string | null;
  readonly local: string | null;
  readonly remote: string | null;
  readonly state: string | null;
  /** Bytes. */
  readonly receive: number;
  readonly send: number;
  /** Why what was sent stays: the other side has no room, or does not acknowledge. */
  readonly stalled: 'window closed' | 'resending' | null;
  readonly ends: readonly EndHolder[];
  readonly blocked: readonly BlockedThread[];
}

/** Connections that wait to be accepted. */
export interface BacklogEntry {
  readonly protocol: 'TCP' | 'unix';
  readonly node: string | null;
  readonly local: string | null;
  readonly waiting: number;
  /** How many may wait (listen(2)); one more is taken than that. Null where it is not told. */
  readonly limit: number | null;
  /** Where the limit is not told: what it is at most (net.core.somaxconn). */
  readonly ceiling: number | null;
  readonly share: number | null;
  readonly ends: readonly EndHolder[];
}

export interface PipeBudget {
  readonly limit: number;
  /** Highest share found; null where none was read. */
  readonly value: number | null;
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
}

export interface PipeData {
  readonly pipes: readonly PipeEntry[];
  readonly pairs: readonly PairEntry[];
  readonly queues: readonly QueueEntry[];
  readonly backlogs: readonly BacklogEntry[];
  /** Descriptors of pipes and sockets that the listing does not tell apart. */
  readonly unidentified: number;
  readonly fill: {
    readonly asked: boolean;
    readonly method: string | null;
    /** Pipes whose fill was read, and those that it could not be of. */
    readonly read: number;
    readonly unread: number;
    readonly why: string | null;
  };
  readonly budget?: PipeBudget;
}
