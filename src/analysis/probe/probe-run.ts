import type { Measurement } from '../leak-rule/measurement.ts';

/**
 * Why the load on a URL ended:
 * `ladder` all blocks were run; `deadline` the time was up; `headroom` the next block might have taken more than half the
 * remaining headroom; `instances` it might have taken the last inotify instances of the user; `limit` the target reached
 * its limit (`--to-limit`); `failing` most requests failed, or got errors that the first ones did not get; `gone` no
 * process of the family was left; `interrupted` by a signal; `unmeasured` it never began.
 */
export type StopReason =
  | 'ladder'
  | 'deadline'
  | 'headroom'
  | 'instances'
  | 'limit'
  | 'failing'
  | 'gone'
  | 'interrupted'
  | 'unmeasured';

export type Role = 'serving' | 'family' | 'upstream' | 'given';

/** What is known of one life of a measurement beside its levels; by index of the life. */
export interface ProbedLife {
  readonly role: Role;
  /** The kernel's count before the load and at its end, in descriptors; null where it could not be had. */
  readonly before: number | null;
  readonly after: number | null;
  readonly softLimit: number | null;
  /** Free descriptor numbers at the end; null if not known or the life has ended. */
  readonly headroom: number | null;
  /** It ended while it was watched. */
  readonly ended: boolean;
}

/** What probing one URL gave. */
export interface UrlRun {
  readonly url: string;
  readonly method: string;
  /** Requests shared kept connections. */
  readonly keepAlive: boolean;
  /** null if no load could be measured; `notes` say why. */
  readonly measurement: Measurement | null;
  /** By index of Measurement.lives. */
  readonly lives: readonly ProbedLife[];
  /** Answers by status code, over warm-up and blocks. */
  readonly answers: Readonly<Record<string, number>>;
  /** Failed requests by what went wrong: an error code such as ECONNRESET, or `timeout`. */
  readonly failures: Readonly<Record<string, number>>;
  /** Bytes held at the end by deleted files, by index of Measurement.groups; null where none is deleted. */
  readonly deletedBytes: readonly (number | null)[];
  readonly stopped: StopReason;
  /** Settling time watched after the load, in seconds. */
  readonly settleSeconds: number;
  /** Sentences about the target: how it was found, what it talks to, what could not be seen. */
  readonly notes: readonly string[];
  /** Why no verdict may be given although levels were read (a forwarder, a target that could not be read); else null. */
  readonly inconclusive: string | null;
  /** Processes that could not be looked into. */
  readonly refused: number;
}
