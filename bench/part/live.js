import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startFarm } from '../farm.js';
import { byTurns, firstOf } from '../measure.js';
import { missingRow, ratioRow } from '../table.js';

const WANTED = 150_000;
/** What stat(2) of a descriptor's link and its target tells, without reading fdinfo. */
const STAT_FIELDS = 'pid,command,user,fd,access,type,class,device,size,node,name';

/** A machine with 150,000 open descriptors, against lsof. */
export async function benchLive({ folder, leaksof, rounds, say }) {
  if (process.platform !== 'linux') return [missingRow('live', 'live reading without lsof is for Linux')];
  if (!firstOf([['lsof', '-v']])) return [missingRow('live', 'no lsof here: apt-get install lsof')];
  const own = join(folder, 'farm');
  mkdirSync(own);
  say(`live: ${WANTED} descriptors`);
  const farm = await startFarm(own, WANTED);
  try {
    const runs = byTurns(
      {
        lsof: ['lsof', '-nP'],
        counts: leaksof('rank', '--live', '--counts', '--format', 'json'),
        names: leaksof('rank', '--live', '--all', '--format', 'json'),
        stat: leaksof('export', '--live', '--quiet', '--fields', STAT_FIELDS),
        full: leaksof('export', '--live', '--quiet'),
      },
      Math.min(rounds, 5),
    );
    const count = `${farm.descriptors} descriptors`;
    return [
      ratioRow(`live, ${count}: counts`, runs.counts, 'lsof -nP', runs.lsof, 0.01),
      ratioRow('live: class and name of every row', runs.names, 'lsof -nP', runs.lsof, 0.25),
      ratioRow('live: and access, device, inode, size', runs.stat, 'lsof -nP', runs.lsof, 0.4),
      ratioRow('live: and offset, flags, lock', runs.full, 'lsof -nP', runs.lsof, 0.7),
    ];
  } finally {
    await farm.stop();
    rmSync(own, { recursive: true, force: true });
  }
}
