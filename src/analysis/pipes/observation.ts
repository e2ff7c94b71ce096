/** What the kernel says of one pipe. */
export type FillFact = { readonly queued: number; readonly capacity: number } | { readonly why: string };

/** How the write ends of a pipe are opened. */
export interface WriteFlags {
  /** O_DIRECT: each write is a packet with a page of its own (pipe(2)), so that bytes say nothing of what is free. */
  readonly packets: boolean;
  readonly nonblocking: boolean;
}

/** A thread that slept in one and the same call at two looks, and not once awake between them. */
export interface BlockedFact {
  readonly pid: number;
  readonly tid: number;
  readonly task: string;
  readonly call: string;
  readonly descriptor: number;
  readonly direction: 'read' | 'write';
  readonly size: number | null;
  readonly wchan: string | null;
  /** Key of the pipe or socket. */
  readonly key: string;
}

/** A unix socket as sock_diag(7) tells it. */
export interface UnixFact {
  readonly peer: string | null;
  readonly receive: number;
  readonly send: number;
  readonly buffer: number | null;
  readonly listening: boolean;
}

/** A TCP socket as proc_pid_net(5) tells it. */
export interface TcpFact {
  readonly local: string;
  readonly remote: string | null;
  readonly listening: boolean;
  readonly receive: number;
  readonly send: number;
  /** The other side said that it has no room (zero window), and is asked again and again. */
  readonly windowClosed: boolean;
  /** What was sent is not acknowledged, and sent again. */
  readonly resending: boolean;
  /** Of a listener: how many connections may wait; null where that is not told. */
  readonly limit: number | null;
  /** Where the limit is not told, what it is at most: net.core.somaxconn of the namespace. */
  readonly ceiling: number | null;
}

/** What one look at the machine says of pipes and sockets beside who holds them. */
export interface Observation {
  /** Seconds by a monotonic clock. */
  readonly seconds: number;
  readonly fill: {
    readonly asked: boolean;
    readonly method: string | null;
    /** Why no fill could be read at all; null where some could, or none was asked for. */
    readonly why: string | null;
  };
  /** By key. */
  readonly fills: ReadonlyMap<string, FillFact>;
  readonly flags: ReadonlyMap<string, WriteFlags>;
  readonly blocked: readonly BlockedFact[];
  /** By inode. */
  readonly unix: ReadonlyMap<string, UnixFact>;
  readonly tcp: ReadonlyMap<string, TcpFact>;
  /** What was not seen: sentences. */
  readonly hidden: readonly string[];
}

/** Of a listing nothing more can be asked. */
export const UNOBSERVED: Observation = {
  seconds: 0,
  fill: { asked: false, method: null, why: null },
  fills: new Map(),
  flags: new Map(),
  blocked: [],
  unix: new Map(),
  tcp: new Map(),
  hidden: [],
};
