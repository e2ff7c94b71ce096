import type { TargetWish } from '../target/target.ts';

/** How to probe. Times in seconds. */
export interface ProbeSettings extends TargetWish {
  /** Requests of the counted blocks, at most. */
  readonly requests: number;
  /** Watched without load at the end. */
  readonly settle: number;
  /** For one URL, settle included. */
  readonly deadline: number;
  /** Whether what may be a cache is given the same time again, to become full. */
  readonly patient: boolean;
  /** For one request. */
  readonly timeout: number;
  /** Requests at a time; null = one, and up to 8 where the server is slow. */
  readonly concurrency: number | null;
  /** Go on until the target has no descriptor left, or the requests are used up. */
  readonly toLimit: boolean;
  /** Ends the load early; what was measured is judged. */
  readonly signal: AbortSignal;
  /** Told what is being done, for people who wait. */
  readonly say: (text: string) => void;
}
