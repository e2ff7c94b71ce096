import type { Dialect } from './dialect.ts';
import { find } from './find.ts';
import { ls } from './ls.ts';
import { lsofField } from './lsof-field.ts';

/** Every dialect, most specific first: among equally sure ones the first wins. */
export const DIALECTS: readonly Dialect[] = [lsofField, find, ls];
