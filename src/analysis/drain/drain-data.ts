import type { SourceInfo } from '../../model/report.ts';
import type { Disposition } from './disposition.ts';
import type { Holding } from './held.ts';
import type { DrainRole, Ending, PortHolder } from './observation.ts';
import type { Outcome } from './outcome.ts';
import type { DrainEvent } from './timeline.ts';

export interface DrainOptions {
  /** The word that was asked for. */
  readonly process: string;
  /** Signal that the answer is about, number: the one to send, or TERM. */
  readonly signal: number;
  /** Whether a shutdown is followed, not only looked at beforehand. */
  readonly followed: boolean;
  /** Seconds. */
  readonly grace: number;
  /** Lines of each table. */
  readonly top: number;
  /** What cannot be seen, as sentences. */
  readonly hidden: readonly string[];
  readonly source: SourceInfo;
}

export interface DrainProcess {
  readonly pid: number;
  readonly startTime: string | null;
  readonly command: string;
  readonly role: DrainRole;
  readonly parent: number;
  /** By signal name, without SIG. */
  readonly signals: Readonly<Record<string, Disposition>> | null;
  /** What it held before: when the shutdown began, or now if none has. */
  readonly before: Holding | null;
  /** null while it is not judged: no shutdown, or not asked to end. */
  readonly outcome: Outcome | null;
  readonly well: boolean | null;
  readonly evidence: readonly string[];
  /** Seconds after the shutdown began. */
  readonly ended: (Ending & { readonly seconds: number }) | null;
  /** Descriptors, and connections of both ways, that it opened since. */
  readonly opened: number;
  readonly accepted: number;
  readonly connected: number;
  /** Sockets that came and went before the tables that name them could be read. */
  readonly unnamed: number;
  /** Bytes by which files that it writes grew since. */
  readonly grew: number;
  /** What it held at the last look, of one that was followed. */
  readonly last: Holding | null;
  /** Connections that its end cut. */
  readonly cut: readonly {
    readonly direction: 'in' | 'out';
    readonly local: string;
    readonly remote: string | null;
    /** Bytes in its queues. */
    readonly queued: number;
  }[];
}

export interface DrainListener {
  readonly address: string;
  /** Seconds after the shutdown began, when the last of those that were asked closed it; null while one has it. */
  readonly closed: number | null;
  /** Who listens there when all is over. */
  readonly held: readonly Omit<PortHolder, 'address'>[];
}

export interface DrainData {
  readonly processes: readonly DrainProcess[];
  readonly process: string;
  /** What was sent, when and to whom; null if nothing was. */
  readonly sent: { readonly signal: string; readonly pids: readonly number[] } | null;
  /** The worst of the processes that were asked to end; null without a shutdown. */
  readonly outcome: Outcome | null;
  /** Seconds. */
  readonly grace: number;
  /** Seconds that the shutdown was followed; null without one. */
  readonly followed: number | null;
  readonly listeners: readonly DrainListener[];
  readonly timeline: readonly DrainEvent[];
  /** Established connections over time, seconds after the shutdown began; the largest count of each stretch. */
  readonly connections: readonly { readonly seconds: number; readonly in: number; readonly out: number }[];
  /** How closely it was watched: looks at every descriptor, and the longest time between two, seconds. */
  readonly looks: number;
  readonly longestGap: number;
}
