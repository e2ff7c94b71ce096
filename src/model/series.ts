import type { DescriptorClass } from './descriptor-class.ts';
import type { ProcessFact } from './process.ts';

/** What is counted together: the descriptors of one type and class whose targets have one pattern. */
export interface TargetGroup {
  /** The raw lsof TYPE, REG or IPv4. */
  readonly type: string;
  readonly class: DescriptorClass;
  readonly pattern: string;
  /** One target that has the pattern. */
  readonly name: string;
}

/** A life: one process, pid and start time together. Said again when something about it changed; absent = not known. */
export interface LifeItem {
  readonly kind: 'life';
  /** Index by which samples name it, from 0 in order. */
  readonly life: number;
  readonly fact: ProcessFact;
}

export interface GroupItem {
  readonly kind: 'group';
  /** Index by which samples name it, from 0 in order. */
  readonly group: number;
  readonly target: TargetGroup;
}

/** Descriptors of one life, at the moment of a sample. */
interface Level {
  readonly life: number;
  /** The kernel's count, reserved numbers included; null where it could not be had. */
  readonly count: number | null;
}

/** Descriptors of one life in one group. */
export interface HeldGroup {
  readonly group: number;
  readonly count: number;
  /** The name that all of them have; null where they have several. */
  readonly name: string | null;
}

/** What one life held by name, at the moment of a sample. */
export interface NamedLevel {
  readonly life: number;
  readonly groups: readonly HeldGroup[];
}

/** CPU seconds that one life has used so far; null where not known. */
interface Work {
  readonly life: number;
  readonly seconds: number | null;
}

/** Phases of a measurement under load. */
export const LOAD_PHASES = ['warm-up', 'idle', 'block', 'settle'] as const;
export type LoadPhase = (typeof LOAD_PHASES)[number];

/** How the load stood at a sample of a probe. */
export interface LoadMark {
  readonly phase: LoadPhase;
  /** Index of the block, from 0; null outside of blocks. */
  readonly block: number | null;
  /** Requests completed since the measurement began. */
  readonly ok: number;
  /** Requests sent and failed so far, where the prober says so at every sample. */
  readonly sent: number | null;
  readonly failed: number | null;
  /** No request under way and the connections closed: only such levels can be compared. */
  readonly quiet: boolean;
}

/** What the sampler itself used so far. */
export interface OwnUse {
  readonly descriptors: number | null;
  /** CPU time, user and system together, since it began. */
  readonly cpuSeconds: number;
  /** Resident memory, bytes. */
  readonly rss: number;
}

/**
 * All levels at one moment, told by what changed since the sample before: a life is alive from the first sample that gives
 * its level until one that has it among the gone, and a level, name or work that is not given is as it was.
 */
export interface SampleItem {
  readonly kind: 'sample';
  /** UTC ISO-8601 with milliseconds; null where only the monotonic time is known. */
  readonly time: string | null;
  /** Seconds since the series began, from the monotonic clock, which stands still while the machine is suspended. */
  readonly seconds: number;
  readonly levels: readonly Level[];
  readonly gone: readonly number[];
  readonly names: readonly NamedLevel[];
  readonly work: readonly Work[];
  readonly load: LoadMark | null;
  readonly own: OwnUse | null;
}

export const EVENTS = [
  'started',
  'ended',
  'replaced',
  'suspended',
  'alert',
  'clear',
  'job-ended',
  'worker-started',
  'worker-ended',
  'workers-left',
  'workers-unseen',
] as const;
type EventName = (typeof EVENTS)[number];

/** Something that happened between the sample before and the one after. */
export interface EventItem {
  readonly kind: 'event';
  readonly what: EventName;
  /** As in a sample. */
  readonly seconds: number;
  readonly life?: number;
  /** The life that took the place of `life`. */
  readonly by?: number;
  /** How long the machine was suspended, in seconds. */
  readonly forSeconds?: number;
  /** Option of the budget that an alert is of, what was compared with it, and the sentence that was told. */
  readonly budget?: string;
  readonly target?: string;
  readonly message?: string;
  /** Exit code of the job; absent if a signal ended it. */
  readonly exitCode?: number;
  readonly signal?: string;
  /** Of a worker that was followed, who is no life of a sample. */
  readonly worker?: WorkerMark;
}

/** A worker, or a manager with those that live on, as the following of exits has it. */
export interface WorkerMark {
  /** Of the worker; of the manager where it is about workers. */
  readonly pid: number;
  readonly startTime?: string;
  readonly parent?: number;
  readonly command?: string;
  /** `status 1`, `SIGKILL`, `unknown`. */
  readonly status?: string;
  /** Seconds. */
  readonly lived?: number;
  /** Last seen. */
  readonly descriptors?: number;
  /** Of workers that live on, and the listeners that they keep; absent where nobody could look. */
  readonly pids?: readonly number[];
  readonly ports?: readonly string[];
  /** Workers that nobody saw: so many at least, and so many at most; absent where nothing bounds them. */
  readonly least?: number;
  readonly most?: number;
}

/** What became of a counted run of requests. */
export interface BlockItem {
  readonly kind: 'block';
  /** From 0. */
  readonly block: number;
  readonly sent: number;
  readonly ok: number;
  readonly failed: number;
  /** Per group: descriptors first seen in this block, and how many of them were open after the settle; null if names were not read. */
  readonly survivors: readonly (readonly [opened: number, kept: number])[] | null;
}

/** The last item of a series that was ended in order. */
interface EndItem {
  readonly kind: 'end';
  readonly samples: number;
  readonly lives: number;
  readonly groups: number;
}

/** What a series is made of, in the order of time. */
export type SeriesItem = LifeItem | GroupItem | SampleItem | EventItem | BlockItem | EndItem;

/** What the header of a snapshot file says beside the usual, where the file is a series. */
export interface SeriesMark {
  /** Seconds between samples; null where they do not come evenly. */
  readonly every: number | null;
  /** What was watched, in words. */
  readonly watched: string;
}
