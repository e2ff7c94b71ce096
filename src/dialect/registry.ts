import type { Dialect } from './dialect.ts';

/** Every dialect, most specific first: among equally sure ones the first wins. */
export const DIALECTS: readonly Dialect[] = [];
