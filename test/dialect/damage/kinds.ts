import { BLANKS } from './blanks.ts';
import { BREAKS } from './breaks.ts';
import { DRESSES } from './dresses.ts';
import type { Damage } from './lines.ts';
import { HEADERLESS_MARKS, MARKS } from './marks.ts';
import { SELECTIONS } from './selections.ts';

/** Ways in which pastes arrive damaged. Each keeps the truth of the rows that still say all of it. */
export const DAMAGES: Readonly<Record<string, Damage>> = {
  ...MARKS,
  ...HEADERLESS_MARKS,
  ...BLANKS,
  ...BREAKS,
  ...SELECTIONS,
  ...DRESSES,
};
