import type { ProcessCoverage } from './coverage.ts';
import type { MachineFact } from './machine.ts';
import type { ProcessFact, SystemFact } from './process.ts';
import type { SourceInfo } from './report.ts';
import type { SeriesMark } from './series.ts';

/** What the header of every snapshot file says in `format`. */
export const SNAPSHOT_FORMAT = 'leaksof-snapshot';

/** Version that is written. The minor one is raised for new keys, which older readers ignore; the major one for all else. */
export const SNAPSHOT_VERSION = '1.1';

/** What could not be seen when the snapshot was taken, as its header keeps it. */
interface SnapshotCoverage {
  readonly complete: boolean;
  readonly processes: ProcessCoverage;
  readonly rows: { readonly read: number; readonly unreadable: number };
  /** Lines of a pasted listing that were not understood. */
  readonly unplaced: number;
  readonly listings: number;
  readonly hidden: readonly string[];
}

/** The first line of a snapshot file. docs/snapshot.md describes the others. */
export interface SnapshotHeader extends MachineFact {
  readonly format: typeof SNAPSHOT_FORMAT;
  readonly version: string;
  /** UTC ISO-8601 with milliseconds; null where the source of the rows does not say. */
  readonly time: string | null;
  readonly source: SourceInfo;
  readonly system: SystemFact | null;
  /** Whether names, addresses, users and command lines are tokens. */
  readonly redacted: boolean;
  readonly coverage: SnapshotCoverage;
}

/** The first line of a series: what could not be seen is known only as it goes. */
export interface SeriesHeader extends Omit<SnapshotHeader, 'coverage'> {
  readonly series: SeriesMark;
  readonly coverage: Pick<SnapshotCoverage, 'hidden'>;
}

/** The last line: what the file must hold to be whole. */
export interface SnapshotEnd {
  readonly rows: number;
  readonly processes: number;
  readonly listings: number;
}

/** What a snapshot says of its taking, for whoever reads it as a source. */
export interface SnapshotOrigin {
  readonly time: string | null;
  readonly machine: MachineFact;
  readonly system: SystemFact | null;
  readonly processes: ProcessCoverage | null;
}

/** JSON has no infinity: an unlimited limit is this word. */
const UNLIMITED = 'unlimited';

/** A line of the file, without its line end. */
export function snapshotLine(value: object): string {
  return JSON.stringify(value, (_key, field: unknown) => (field === Number.POSITIVE_INFINITY ? UNLIMITED : field));
}

/** Undoes what `snapshotLine` did to limits. */
function unlimited(value: unknown): unknown {
  return value === UNLIMITED ? Number.POSITIVE_INFINITY : value;
}

type Kind = 'string' | 'number';

const FACT_KINDS: Readonly<Record<keyof ProcessFact, Kind>> = {
  pid: 'number',
  startTime: 'string',
  command: 'string',
  commandLine: 'string',
  user: 'string',
  uid: 'number',
  ppid: 'number',
  descriptors: 'number',
  listed: 'number',
  aboveLimit: 'number',
  softLimit: 'number',
  hardLimit: 'number',
  threads: 'number',
  state: 'string',
  refused: 'string',
  cgroup: 'string',
  container: 'string',
  unit: 'string',
  pod: 'string',
  cwd: 'string',
  sharesTableWith: 'number',
  netns: 'string',
  rss: 'number',
  cpu: 'number',
};

const SYSTEM_KINDS: Readonly<Record<keyof SystemFact, Kind>> = {
  openFiles: 'number',
  fileMax: 'number',
  nrOpen: 'number',
  inotifyInstances: 'number',
  inotifyWatches: 'number',
};

const COVERAGE_KINDS: Readonly<Record<keyof ProcessCoverage, Kind>> = {
  seen: 'number',
  counted: 'number',
  listed: 'number',
  refused: 'number',
  vanished: 'number',
};

/** The known keys of an object whose values are of their kind. Keys of a later minor version are passed over. */
function knownOf(value: unknown, kinds: Readonly<Record<string, Kind>>): Record<string, unknown> | null {
  if (!isObject(value)) return null;
  const known: Record<string, unknown> = {};
  for (const [key, kind] of Object.entries(kinds)) {
    const field = unlimited(value[key]);
    if (typeof field === kind) known[key] = field;
  }
  return known;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A process line's fact; null if it names no process. */
export function factOf(value: unknown): ProcessFact | null {
  const known = knownOf(value, FACT_KINDS);
  return known && Number.isSafeInteger(known.pid) ? (known as unknown as ProcessFact) : null;
}

/** What a header says of the taking. */
export function originOf(header: Readonly<Record<string, unknown>>): SnapshotOrigin {
  const text = (key: string): string | null => {
    const value = header[key];
    return typeof value === 'string' ? value : null;
  };
  const coverage = isObject(header.coverage) ? knownOf(header.coverage.processes, COVERAGE_KINDS) : null;
  const whole = coverage !== null && Object.keys(coverage).length === Object.keys(COVERAGE_KINDS).length;
  return {
    time: text('time'),
    machine: { host: text('host'), bootId: text('bootId'), kernel: text('kernel') },
    system: knownOf(header.system, SYSTEM_KINDS) as SystemFact | null,
    processes: whole ? (coverage as unknown as ProcessCoverage) : null,
  };
}

/** Sentences of a header about what was not seen when it was taken. */
export function hiddenOf(header: Readonly<Record<string, unknown>>): readonly string[] {
  if (!isObject(header.coverage)) return [];
  const { hidden, unplaced } = header.coverage;
  const sentences = Array.isArray(hidden) ? hidden.filter((sentence) => typeof sentence === 'string') : [];
  return typeof unplaced === 'number' && unplaced > 0
    ? [...sentences, `${unplaced} lines of the listing that this snapshot was made from were not understood`]
    : sentences;
}
