import type { WaitStatus } from './wait-status.ts';

/** A process that is followed began, or was there already. */
export interface StartedEvent {
  readonly kind: 'started';
  /** Since the following began; negative for one that was there before. */
  readonly seconds: number;
  /** Counted from 0: one pid with one start time. */
  readonly life: number;
  readonly pid: number;
  /** The life of its parent; null where the parent is not followed. */
  readonly parentLife: number | null;
  readonly parent: number;
  /** COMMAND as far as known; that of its parent until it takes another. */
  readonly command: string | null;
  /** UTC ISO-8601. */
  readonly startTime: string | null;
  /** It was there when the following began. */
  readonly before: boolean;
}

/** What happens to a manager and its workers, in order of time, but for ends that are told a moment later. */
export type ChurnEvent =
  | StartedEvent
  | { readonly kind: 'named'; readonly life: number; readonly command: string }
  | { readonly kind: 'limit'; readonly life: number; readonly softLimit: number }
  /** Descriptors counted; told when they are others than before, and at the first look. */
  | { readonly kind: 'level'; readonly seconds: number; readonly life: number; readonly count: number }
  | { readonly kind: 'ended'; readonly seconds: number; readonly life: number; readonly status: WaitStatus | null }
  /**
   * Workers of this life that nobody saw, since the last event of this kind: at least so many began and ended,
   * at most so many can have; null where nothing bounds them.
   */
  | {
      readonly kind: 'unseen';
      readonly seconds: number;
      readonly life: number;
      readonly least: number;
      readonly most: number | null;
    }
  /** The manager ended and these live on; `ports` are those of its listeners that they still hold, null where nobody could look. */
  | {
      readonly kind: 'left';
      readonly seconds: number;
      readonly manager: number;
      readonly lives: readonly number[];
      readonly parent: number | null;
      readonly ports: readonly string[] | null;
    };
