/** A file that is open for writing, or deleted. */
export interface HeldFile {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Offset of the first descriptor that was met, bytes; null where it was not asked. */
  readonly position: number | null;
  readonly deleted: boolean;
  readonly writable: boolean;
}

/** What a process held at one moment: what a shutdown would meet, or what it left. */
export interface Holding {
  /** Descriptors by listing. */
  readonly descriptors: number;
  readonly listeners: readonly {
    readonly address: string;
    /** Connections that nobody has accepted yet. */
    readonly waiting: number;
  }[];
  /** Established connections that came in, and that go out. */
  readonly in: number;
  readonly out: number;
  /** Bytes in the queues of connections, sent and not acknowledged or received and not read. */
  readonly queued: number;
  readonly files: readonly HeldFile[];
  /** Ends of pipes; what is queued in them cannot be seen without an ioctl. */
  readonly pipes: number;
}
