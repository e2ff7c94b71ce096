import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { byTurns } from '../measure.js';
import { ratioRow } from '../table.js';

const TINY = `COMMAND PID USER   FD   TYPE DEVICE SIZE/OFF NODE NAME
node     42 root    0u   CHR    1,3      0t0    5 /dev/null
node     42 root    1w   REG  253,1      733   99 /var/log/app.log
node     42 root   18u  IPv4  91827      0t0  TCP 127.0.0.1:3000 (LISTEN)
`;

/** How long a person waits for the smallest answers, against Node doing nothing. */
export function benchStart({ folder, leaksof, rounds, say }) {
  say('start: --version, --help and a listing of three rows');
  const tiny = join(folder, 'tiny.txt');
  writeFileSync(tiny, TINY);
  const runs = byTurns(
    {
      node: [process.execPath, '-e', '0'],
      version: leaksof('--version'),
      help: leaksof('--help'),
      rank: leaksof('rank', tiny),
    },
    rounds * 3,
  );
  return [
    ratioRow('leaksof --version', runs.version, 'node -e 0', runs.node, 1.2),
    ratioRow('leaksof --help', runs.help, 'node -e 0', runs.node, 1.6),
    ratioRow('leaksof rank, 3 rows', runs.rank, 'node -e 0', runs.node, 2),
  ];
}
