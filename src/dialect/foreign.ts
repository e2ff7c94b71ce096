import type { Sample } from './dialect.ts';
import { FOREIGN_BYTES } from './foreign-bytes.ts';
import { FOREIGN_TEXT } from './foreign-text.ts';

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

/** What the input is when it is no listing of open files, or null if nobody recognises it. */
export function recogniseForeign(sample: Sample): Foreign | null {
  let best: Foreign | null = null;
  for (const rule of [...FOREIGN_BYTES, ...FOREIGN_TEXT]) {
    const foreign = rule(sample);
    if (foreign && foreign.certainty > (best?.certainty ?? 0)) best = foreign;
  }
  return best;
}
