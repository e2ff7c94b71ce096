import type { Dialect } from '../dialect.ts';
import { shareOf } from '../line/listing-parser.ts';
import { parseProcLink } from './proc-link.ts';
import { ProcLinkParser } from './proc-link-parser.ts';
import { parsePlace, parseRefusal } from './proc-place.ts';

/** `ls -l /proc/PID/fd` in its shapes: GNU, busybox, toybox, toolbox, eza, lsd; any locale, quoting and date style. */
export const ls: Dialect = {
  name: 'ls',
  title: 'ls -l /proc/PID/fd',
  detect({ lines }) {
    const head = lines.slice(0, 2000);
    const { count, share } = shareOf(head, (line) => parseProcLink(line)?.long === true);
    if (count === 0) {
      // An empty folder, or one that was refused: nothing but its heading, `total 0` or the error.
      const named = head.some(
        (line) => /^(?:\S*\/)?proc\/\d+\/fd\/?:$/.test(line.trim()) || parseRefusal(line.trim())?.folder === true,
      );
      const empty =
        head.some((line) => /^total 0$/.test(line.trim())) && head.some((line) => parsePlace(line.trim()) !== null);
      return named || empty ? 0.8 : 0;
    }
    return share > 0.3 ? 0.9 : count > 2 ? 0.88 : 0.5;
  },
  parser: (consumer) => new ProcLinkParser(consumer),
};
