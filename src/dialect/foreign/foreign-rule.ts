import type { Sample } from '../dialect.ts';

/** Something that is no listing of open files, recognised. */
export interface Foreign {
  /** How sure, 0 to 1, on the scale of `Dialect.detect`: a dialect that is surer gets the input. */
  readonly certainty: number;
  /** What the input is, as a sentence. */
  readonly message: string;
  /** What to run or give instead. */
  readonly hint: string;
}

/** Recognises one kind of foreign input. */
export type ForeignRule = (sample: Sample) => Foreign | null;
