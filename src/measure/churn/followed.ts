/** What happened between two looks. */
export interface Span {
  /** Given out by the whole machine; null where nothing tells. */
  readonly pids: number | null;
  /** Children that were first seen. */
  readonly fresh: number;
}

/** A process that is followed and not known to have ended. */
export interface Followed {
  readonly life: number;
  readonly pid: number;
  readonly parentLife: number | null;
  readonly parent: number;
  /** Start after boot in seconds; null until it was looked at. */
  born: number | null;
  command: string | null;
  /** Descriptors at the last look. */
  count: number | null;
  /** When it was first missing at a look; null while it is not. */
  missing: number | null;
  /** Whether we may know how it ends. */
  permitted: boolean;
  /** A look has shown it as a zombie, so that its end is told already. */
  ended: boolean;
  /** The kernel has told that it began. */
  announced: boolean;
  /** Minor faults at the last look: final where that showed a zombie. */
  faults: number;
  /** Of the children it waited for; null before the first look. */
  childFaults: number | null;
  /** So much more than at the look before. */
  risen: number;
  /** Children of it that are gone since the look before. */
  reaped: Followed[];
  /** Children of it that were first seen since. */
  fresh: number;
  /** The last spans of which nothing was said yet, this one at the end. */
  spans: Span[];
  /** It lets the kernel wait for its children, which then leave no trace in `childFaults`. */
  ignoresChildren: boolean;
}
