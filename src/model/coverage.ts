/** A line of the input that could not be understood. */
export interface UnplacedLine {
  /** 1-based. */
  readonly line: number;
  /** The line's text, cut at 200 characters. */
  readonly text: string;
}

/** Account of every input line: `rows + other + unplacedTotal = total`. */
export interface LineCoverage {
  total: number;
  /** Lines that are part of a row. */
  rows: number;
  /** Headers, markers, warnings, prompts, blanks, limit lines: understood, and not rows. */
  other: number;
  /** The first 1,000 lines not understood. */
  unplaced: UnplacedLine[];
  /** All lines not understood. */
  unplacedTotal: number;
}

export interface ProcessCoverage {
  /** Processes there were. */
  seen: number;
  /** Processes whose descriptors were counted. */
  counted: number;
  /** Processes whose descriptors were listed by name. */
  listed: number;
  /** Processes whose listing was refused (permission). */
  refused: number;
  /** Processes that ended while they were read. */
  vanished: number;
}

/** What was not seen. "Could not look" must never read as "clean". */
export interface Coverage {
  /** True only if nothing was refused, unreadable, unplaced, approximate or hidden. */
  complete: boolean;
  processes: ProcessCoverage;
  rows: { read: number; unreadable: number };
  lines: LineCoverage;
  /** Listings found in the input. */
  listings: number;
  /** Set when a bounded table evicted: how far a count can be off at most. */
  approximate: { table: string; maxError: number } | null;
  /** Sentences: `hidepid`, container, old kernel, cut labels, network namespaces not entered. */
  hidden: string[];
}

/** At most this many unplaced lines are kept by text. */
export const UNPLACED_KEPT = 1000;

export function emptyLines(): LineCoverage {
  return { total: 0, rows: 0, other: 0, unplaced: [], unplacedTotal: 0 };
}

export function emptyCoverage(): Coverage {
  return {
    complete: true,
    processes: { seen: 0, counted: 0, listed: 0, refused: 0, vanished: 0 },
    rows: { read: 0, unreadable: 0 },
    lines: emptyLines(),
    listings: 1,
    approximate: null,
    hidden: [],
  };
}

/** What a source can say when it has been read to its end; the fold adds what it saw. */
export interface SourceCoverage {
  readonly lines?: LineCoverage;
  readonly processes?: ProcessCoverage;
  readonly listings?: number;
  readonly hidden?: readonly string[];
}
