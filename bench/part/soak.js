import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { startCrowd } from '../crowd.js';
import { missingRow } from '../table.js';

const MINUTES = 10;
/** Until then caches fill and code is compiled. */
const WARM_MINUTES = 4;
const PROCESSES = 300;
const DESCRIPTORS = 15_000;
/** Growth of resident memory after the warm-up, in bytes: what a collector leaves lying about. */
const MEMORY_LIMIT = 8e6;
/** V8 makes its nursery larger, up to three times 16 MB, at a time that nobody can tell: kept small, it has done so early. */
const NURSERY = '--max-semi-space-size=2';

/** Opens a file and a connection-like pair every half second, so that names are read all the time. */
const LEAK =
  'import os,socket,time\nk=[]\nwhile True:\n k.append(os.open(os.devnull,0)); k.extend(socket.socketpair()); time.sleep(0.5)';

/** Ten minutes of watching a leak among many: memory and descriptors of the watcher itself, as the kernel tells them. */
export async function benchSoak({ folder, leaksof, say }) {
  if (process.platform !== 'linux') return [missingRow('soak', 'watch is for Linux')];
  const own = join(folder, 'soak');
  mkdirSync(own);
  say(`soak: ${MINUTES} minutes`);
  const crowd = await startCrowd(own, PROCESSES, DESCRIPTORS);
  if (typeof crowd === 'string') return [missingRow('soak', crowd)];
  const leaking = spawn('python3', ['-c', LEAK], { stdio: 'ignore' });
  try {
    const series = join(own, 'soak.ndjson');
    const [program, ...words] = leaksof(
      'watch',
      '--for',
      `${MINUTES}m`,
      '--json',
      '-q',
      '--save',
      series,
      '-o',
      join(own, 'report.json'),
    );
    const child = spawn(program, [NURSERY, ...words], { stdio: ['ignore', 'ignore', 'inherit'] });
    const readings = [];
    const timer = setInterval(() => readings.push(readingOf(child.pid)), 1000);
    await new Promise((resolve) => child.once('exit', resolve));
    clearInterval(timer);
    const steady = readings.filter((reading) => reading !== null).slice(WARM_MINUTES * 60);
    const half = steady.length >> 1;
    const [before, after] = [lowest(steady.slice(0, half)), lowest(steady.slice(half))];
    const { own: told, samples } = JSON.parse(readFileSync(join(own, 'report.json'), 'utf8'));
    return [
      {
        work: `watch for ${MINUTES} min, ${samples} samples: lowest memory, later half against earlier after ${WARM_MINUTES} min`,
        leaksof: `${megabytes(after.rss)}`,
        reference: `before: ${megabytes(before.rss)}`,
        measured: megabytes(after.rss - before.rss),
        target: `<= ${megabytes(MEMORY_LIMIT)}`,
        met: after.rss - before.rss <= MEMORY_LIMIT,
        peak: megabytes(Math.max(...steady.map(({ rss }) => rss))),
      },
      {
        work: 'watch: descriptors of its own',
        leaksof: String(after.descriptors),
        reference: `before: ${before.descriptors}`,
        measured: String(after.descriptors - before.descriptors),
        target: '0',
        met: after.descriptors === before.descriptors,
        peak: '-',
      },
      {
        work: 'watch: CPU while one process leaks',
        leaksof: `${(told.cpuShare * 100).toFixed(2)} %`,
        reference: 'of a core',
        measured: `series of ${megabytes(statSync(series).size)}`,
        target: '-',
        met: null,
        peak: '-',
      },
    ];
  } finally {
    leaking.kill('SIGKILL');
    await crowd.stop();
    rmSync(own, { recursive: true, force: true });
  }
}

function readingOf(pid) {
  try {
    const rss = Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))[1]) * 1024;
    return { rss, descriptors: readdirSync(`/proc/${pid}/fd`).length };
  } catch {
    return null;
  }
}

/** Between two collections memory rises: what is left after them is what counts. */
function lowest(readings) {
  const least = (key) => Math.min(...readings.map((reading) => reading[key]));
  return { rss: least('rss'), descriptors: least('descriptors') };
}

function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
