import type { DressRule } from './dress.ts';

/** What diff -u prints above each place where its files differ. */
const HUNK = /^@@ -\d+(?:,\d+)? \+\d+(?:,\d+)? @@/;
const FILE = /^(?:---|\+\+\+) \S/;

/** A unified diff of two listings: lines that it adds or leaves are those of the later one, lines that it takes away are not. */
export const diff: DressRule = (lines) => {
  if (!lines.some((line) => HUNK.test(line))) return null;
  return {
    bare: (line) => (HUNK.test(line) || FILE.test(line) || line.startsWith('-') ? '' : line.replace(/^[ +]/, '')),
    note: 'lines that the diff takes away are of the listing before: what is counted is the one after, as far as the diff shows it',
  };
};
