import type { Sample } from '../dialect.ts';

/**
 * What the lines of a paste were put into on their way: a log, a page, a table, a string. Found once from the first lines,
 * then taken off every line before any dialect sees it. Text is Latin-1, one character per byte.
 */
export interface Dress {
  /** The line without it; a line that does not wear it comes back as it is. With newlines in it where several lines stood on one. */
  readonly bare: (line: string) => string;
  /** What the reader of the answer must know of it, as a sentence. */
  readonly note?: string;
}

/** Recognises one kind of dress, or null. The lines are not blank. */
export type DressRule = (lines: readonly string[], sample: Sample) => Dress | null;

/** The share of lines, 0 to 1, that pass. */
export function share(lines: readonly string[], test: (line: string) => boolean): number {
  if (lines.length === 0) return 0;
  let passed = 0;
  for (const line of lines) if (test(line)) passed++;
  return passed / lines.length;
}

/** lsof's and lsfd's header, wherever in the line it begins. */
export const HEADER = /(?<![A-Za-z])COMMAND[ \t]+PID\b/;
