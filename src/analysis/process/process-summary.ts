import { className, DESCRIPTOR_CLASSES, type DescriptorClass } from '../../model/descriptor-class.ts';
import type { ProcessFact } from '../../model/process.ts';
import type { ProcessEntry } from './process-entry.ts';

/** Descriptors by class; classes that do not occur are left out. */
export type ClassCounts = { readonly [name in DescriptorClass]?: number };

/** The target pattern that one process has open most often. */
export interface TopTarget {
  /** null for rows without a name. */
  readonly pattern: string | null;
  /** One of the names behind the pattern, decoded. */
  readonly name: string | null;
  readonly class: DescriptorClass;
  /** As the source prints it; null where it prints none. */
  readonly type: string | null;
  /** Descriptors of this process on it. */
  readonly count: number;
  /** Whether all of them have the same name. */
  readonly single: boolean;
}

/** One process, counted. null = not known, never zero. */
export interface ProcessSummary {
  /** null where the source names none. */
  readonly pid: number | null;
  /** UTC ISO-8601. */
  readonly startTime: string | null;
  readonly command: string | null;
  readonly user: string | null;
  /** Descriptor numbers in use. */
  readonly descriptors: number | null;
  /** Descriptors that the listing shows. */
  readonly listed: number | null;
  /** In use but not listed: threads blocked in accept() or in a FIFO's open(). null where the kernel's count is missing. */
  readonly reserved: number | null;
  /** Rows of any association: descriptors, cwd, mem ... */
  readonly openFiles: number | null;
  readonly softLimit: number | null;
  readonly hardLimit: number | null;
  /** descriptors / soft limit; null where either is unknown or the limit is 0. */
  readonly utilisation: number | null;
  /** Free descriptor numbers below the soft limit. */
  readonly headroom: number | null;
  /** null where the rows were not read. */
  readonly classes: ClassCounts | null;
  readonly topTarget: TopTarget | null;
  readonly fact: ProcessFact;
  readonly entry: ProcessEntry;
}

export interface SummaryOptions {
  /** Taken for processes whose soft limit the source does not say, in descriptors. */
  readonly softLimit: number | null;
  /** True when a row filter let only some rows through, so that free numbers cannot be told. */
  readonly partial: boolean;
  topTarget(entry: ProcessEntry): TopTarget | null;
}

/** The counts of an entry, put together by the rules of docs/counting.md. */
export function summarise(entry: ProcessEntry, options: SummaryOptions): ProcessSummary {
  const fact: ProcessFact = entry.fact ?? { pid: entry.pid };
  const zombie = isZombie(fact);
  const refused = zombie || entry.refused || fact.refused !== undefined;
  const withRows = entry.rows > 0;
  const listed = refused && entry.listedRows === 0 ? null : withRows ? entry.listedRows : (fact.listed ?? null);
  // A zombie has no descriptor table any more: "0 descriptors" would claim that it has an empty one.
  const descriptors = zombie ? null : (fact.descriptors ?? listed);
  const reserved =
    zombie || fact.descriptors === undefined || listed === null ? null : Math.max(0, fact.descriptors - listed);
  const softLimit = fact.softLimit ?? options.softLimit;
  return {
    pid: entry.pid < 0 ? null : entry.pid,
    startTime: fact.startTime ?? null,
    command: entry.command,
    user: entry.user,
    descriptors,
    listed,
    reserved,
    openFiles: withRows ? entry.rows : null,
    softLimit,
    hardLimit: fact.hardLimit ?? null,
    utilisation: descriptors === null || !softLimit ? null : descriptors / softLimit,
    headroom: options.partial ? null : headroom(entry, descriptors, softLimit),
    classes: classesOf(entry, listed, descriptors),
    topTarget: options.topTarget(entry),
    fact,
    entry,
  };
}

/** Numbers at or above the limit take no room below it: they were inherited, or the limit was lowered later. */
function headroom(entry: ProcessEntry, descriptors: number | null, softLimit: number | null): number | null {
  if (descriptors === null || softLimit === null) return null;
  const above =
    entry.rows > 0 && !entry.countsUnlabelled ? entry.numbers.atOrAbove(softLimit) : (entry.fact?.aboveLimit ?? 0);
  return Math.max(0, softLimit - descriptors + above);
}

/** Of a process without descriptors the classes are known without any listing: there are none. */
function classesOf(entry: ProcessEntry, listed: number | null, descriptors: number | null): ClassCounts | null {
  if (descriptors === 0) return {};
  return entry.rows > 0 && listed !== null ? classCounts(entry.listedClasses) : null;
}

function classCounts(codes: Int32Array): ClassCounts {
  const counts: { [name in DescriptorClass]?: number } = {};
  for (let code = 1; code <= DESCRIPTOR_CLASSES.length; code++) {
    const count = codes[code] as number;
    if (count > 0) counts[className(code)] = count;
  }
  return counts;
}

/** Not one whose first thread has ended while others run on: its state is Z too, and its table is counted. */
export function isZombie(fact: ProcessFact): boolean {
  return fact.refused === 'zombie' || (fact.state === 'Z' && fact.descriptors === undefined);
}

/** The kernel's mark, which is part of a pattern and of no name. */
const DELETED = ' (deleted)';

/** What stands for a target in a sentence: its only name, else its pattern, or what kind it is where it has no name. */
export function targetLabel({ pattern, name, type, class: kind, single }: TopTarget): string {
  if (single && name !== null) return pattern?.endsWith(DELETED) ? `${name}${DELETED}` : name;
  return pattern ?? type ?? kind;
}

/** A label for people: lsof writes a blank in COMMAND as `\x20`. Data keep it as printed. */
export function commandText(command: string): string {
  return command.replaceAll('\\x20', ' ');
}

/** `node 2445`, for sentences. */
export function processName({ pid, command }: Pick<ProcessSummary, 'pid' | 'command'>): string {
  if (pid === null) return command === null ? 'the process' : commandText(command);
  return command === null || command === '' ? `process ${pid}` : `${commandText(command)} ${pid}`;
}
