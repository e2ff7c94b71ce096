import type { Dialect } from '../dialect.ts';
import { shareOf } from '../line/listing-parser.ts';
import { parseProcLink } from './proc-link.ts';
import { ProcLinkParser } from './proc-link-parser.ts';

/** `find /proc/PID/fd -ls`, `-printf '%p %l\n'`, and what loops over readlink, `stat -c %N` and file(1) print. */
export const find: Dialect = {
  name: 'find',
  title: "find /proc/PID/fd -ls, or -printf '%p %l\\n'",
  detect({ lines }) {
    const { count, share } = shareOf(lines.slice(0, 2000), (line) => {
      const link = parseProcLink(line);
      return link !== null && (link.place !== null || !link.long);
    });
    if (count === 0) return 0;
    return share > 0.3 ? 0.92 : count > 2 ? 0.88 : 0.5;
  },
  parser: (consumer) => new ProcLinkParser(consumer),
};
