import type { Sample } from '../dialect.ts';
import { FOREIGN_BYTES } from './foreign-bytes.ts';
import type { Foreign } from './foreign-rule.ts';
import { FOREIGN_TEXT } from './foreign-text.ts';

/** What the input is when it is no listing of open files, or null if nobody recognises it. */
export function recogniseForeign(sample: Sample): Foreign | null {
  let best: Foreign | null = null;
  for (const rule of [...FOREIGN_BYTES, ...FOREIGN_TEXT]) {
    const foreign = rule(sample);
    if (foreign && foreign.certainty > (best?.certainty ?? 0)) best = foreign;
  }
  return best;
}
