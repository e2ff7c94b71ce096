import { type LifeRecord, listenersOf, openConnections } from './life-record.ts';

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
  /** Descriptors by listing; null where they may not be read. */
  readonly descriptors: number | null;
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

export function holdingOf(life: LifeRecord): Holding {
  const { table, looked } = life;
  const open = [...openConnections(life, 'in'), ...openConnections(life, 'out')];
  return {
    descriptors: looked === null ? null : table.size,
    listeners: listenersOf(life)
      .filter(({ gone }) => gone === null)
      .map(({ local, receiving }) => ({ address: local, waiting: receiving })),
    in: openConnections(life, 'in').length,
    out: openConnections(life, 'out').length,
    queued: open.reduce((sum, { sending, receiving }) => sum + sending + receiving, 0),
    files: [...life.files.values()]
      .filter(({ held }) => held)
      .map(({ name, size, position, deleted, writable }) => ({ name, size, position, deleted, writable })),
    pipes: [...table.values()].filter((link) => link.startsWith('pipe:')).length,
  };
}
