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
  const python = firstOf([
    ['/usr/bin/python3', '--version'],
    ['python3', '--version'],
  ])?.[0];
  if (python === undefined) return [missingRow('live', 'no Python here: apt-get install python3')];
  const own = join(folder, 'farm');
  mkdirSync(own);
  say(`live: ${WANTED} descriptors`);
  const farm = await startFarm(python, own, WANTED);
  try {
    const runs = byTurns(
      {
        lsof: ['lsof', '-nP'],
        start: leaksof('rank', '--live', '--counts', '--pid', '1', '--format', 'json'),
        counts: leaksof('rank', '--live', '--counts', '--format', 'json'),
        names: leaksof('rank', '--live', '--all', '--format', 'json'),
        stat: leaksof('export', '--live', '--quiet', '--fields', STAT_FIELDS),
        full: leaksof('export', '--live', '--quiet'),
      },
      Math.min(rounds, 5),
    );
    const count = `${farm.descriptors} descriptors`;
    return [
      // The pass itself, without the start of the program: Node alone takes longer than a hundredth of lsof.
      ratioRow(`live, ${count}: the counts pass`, without(runs.counts, runs.start), 'lsof -nP', runs.lsof, 0.01),
      ratioRow('live: class and name of every row', runs.names, 'lsof -nP', runs.lsof, 0.25),
      ratioRow('live: and access, device, inode, size', runs.stat, 'lsof -nP', runs.lsof, 0.4),
      ratioRow('live: and offset, flags, lock', runs.full, 'lsof -nP', runs.lsof, 0.7),
    ];
  } finally {
    await farm.stop();
    rmSync(own, { recursive: true, force: true });
  }
}

/** A run less what it takes to start and to look at one process. */
function without(run, start) {
  return { ...run, seconds: Math.max(0, run.seconds - start.seconds) };
}
