import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeDump } from '../dump.js';
import { once } from '../measure.js';
import { memoryRow, missingRow } from '../table.js';

const SIZES = { '1 GB': 1e9, '10 GB': 10e9 };
const LIMIT = 250e6;
/** Bytes that must stay free beside a dump. */
const SPARE = 2e9;

/** Peak memory on dumps that do not fit in it. */
export function benchMemory({ folder, leaksof, quick, free, say }) {
  const sizes = Object.entries(SIZES).filter(([name]) => !quick || name === '1 GB');
  return sizes.flatMap(([name, size]) =>
    [false, true].map((unique) => {
      const work = `rank ${name}, ${unique ? 'unique' : 'repeated'} names`;
      if (free() < size + SPARE) return missingRow(work, `no room: needs ${(size + SPARE) / 1e9} GB free (--dir)`);
      say(`memory: ${work}`);
      const path = join(folder, 'dump.txt');
      writeDump(path, size, unique);
      const run = once(leaksof('rank', path, '--format', 'json'));
      rmSync(path);
      if (run.status !== 0) throw new Error(`${work} failed with status ${run.status}`);
      return memoryRow(work, run, LIMIT);
    }),
  );
}
