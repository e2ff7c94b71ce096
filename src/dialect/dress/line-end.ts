import { type DressRule, share } from './dress.ts';

const COMMON = 0.95;

/** `$` at the end of every line, as `cat -A` and `cat -e` print it, with tabs as `^I` and carriage returns as `^M`. */
export const lineEnd: DressRule = (lines) => {
  if (lines.length < 2 || share(lines, (line) => line.endsWith('$')) < COMMON) return null;
  return {
    bare: (line) =>
      line.endsWith('$')
        ? line
            .slice(0, -1)
            .replace(/(?:\^M)+$/, '')
            .replaceAll('^I', '\t')
            .replaceAll('M-BM- ', ' ')
        : line,
  };
};
