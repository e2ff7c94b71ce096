// Measures leaksof beside what people use instead, and prints a table of ratios with the targets they have to meet.
//
//   npm run bench                     everything (two dumps of 10 GB, ten minutes or so)
//   npm run bench -- --quick          without the 10 GB dumps, and in fewer rounds
//   npm run bench -- --only live      one part: parse, memory, live, watch or start; soak (ten minutes) only so
//   npm run bench -- --dir DIR        where the dumps go (a folder below it; the system's temporary folder if not given)
import { existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { arch, cpus, release, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchLive } from './part/live.js';
import { benchMemory } from './part/memory.js';
import { benchParse } from './part/parse.js';
import { benchSoak } from './part/soak.js';
import { benchStart } from './part/start.js';
import { benchWatch } from './part/watch.js';
import { tableText } from './table.js';

const PARTS = { start: benchStart, parse: benchParse, memory: benchMemory, live: benchLive, watch: benchWatch };
/** Run only where they are asked for by name. */
const LONG_PARTS = { soak: benchSoak };
const GIGABYTE = 1e9;

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    only: { type: 'string', multiple: true },
    dir: { type: 'string', default: tmpdir() },
  },
});

if (!existsSync('dist/cli.js'))
  throw new Error('there is no dist/cli.js: run npm run build first, in the root of the clone');
const unknown = values.only?.find((name) => !(name in PARTS || name in LONG_PARTS));
if (unknown !== undefined)
  throw new Error(`--only ${unknown}: one of ${Object.keys({ ...PARTS, ...LONG_PARTS }).join(', ')}`);

const folder = mkdtempSync(join(values.dir, 'leaksof-bench-'));
const remove = () => rmSync(folder, { recursive: true, force: true });
process.once('exit', remove);
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));

/** What every part gets. */
const context = {
  folder,
  quick: values.quick,
  rounds: Number(values.rounds ?? (values.quick ? 3 : 7)),
  leaksof: (...words) => [process.execPath, 'bin/leaksof.js', ...words],
  /** Free bytes where the dumps go. */
  free: () => {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  },
  say: (text) => process.stderr.write(`${text}\n`),
};

const machine = `${cpus().length} x ${cpus()[0]?.model.trim()}, ${(totalmem() / GIGABYTE).toFixed(0)} GB, ${process.platform} ${release()} ${arch()}, Node ${process.version}`;
process.stdout.write(`${machine}\n\n`);
const rows = [];
for (const [name, part] of Object.entries({ ...PARTS, ...LONG_PARTS })) {
  if (values.only ? !values.only.includes(name) : name in LONG_PARTS) continue;
  rows.push(...(await part(context)));
}
process.stdout.write(`${tableText(rows)}\n`);
const missed = rows.filter((row) => row.met === false).length;
process.stdout.write(
  `\n${missed === 0 ? 'every target measured is met' : `${missed} of ${rows.length} targets missed`}\n`,
);
