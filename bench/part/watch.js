import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startCrowd } from '../crowd.js';
import { missingRow, shareRow } from '../table.js';

const DESCRIPTORS = 100_000;
const PROCESSES = 2000;
const SECONDS = 30;
/** Of one core, while nothing grows. */
const LIMIT = 0.03;

/** A watch of a large machine at one sample a second, by the CPU time that it says it used and by what the kernel says. */
export async function benchWatch({ folder, leaksof, say }) {
  if (process.platform !== 'linux') return [missingRow('watch', 'watch is for Linux')];
  const own = join(folder, 'crowd');
  mkdirSync(own);
  say(`watch: ${DESCRIPTORS} descriptors in ${PROCESSES} processes, ${SECONDS} s`);
  const crowd = await startCrowd(own, PROCESSES, DESCRIPTORS);
  if (typeof crowd === 'string') return [missingRow('watch', crowd)];
  try {
    const [program, ...words] = leaksof(
      'watch',
      '--for',
      `${SECONDS}s`,
      '--format',
      'json',
      '-q',
      '-o',
      join(own, 'report.json'),
    );
    const used = await cpuOf(program, words);
    const { own: told, processes, others, total } = JSON.parse(readFileSync(join(own, 'report.json'), 'utf8'));
    if (processes.length + others < PROCESSES) throw new Error('watch: not every process was watched');
    const work = `watch, ${total.last} descriptors, ${processes.length + others} processes, every 1 s`;
    // What the program takes to start and to read the machine once is paid once.
    return [
      shareRow(work, told.cpuShare, 'of a core, by its own account', LIMIT),
      shareRow('watch: and by the kernel, start included', used / SECONDS, `of a core over ${SECONDS} s`, null),
    ];
  } finally {
    await crowd.stop();
    rmSync(own, { recursive: true, force: true });
  }
}

/** CPU seconds of a child, itself and those it waited for, as the kernel accounts them when it is reaped. */
async function cpuOf(program, words) {
  const before = childrenSeconds();
  const child = spawn(program, words, { stdio: ['ignore', 'ignore', 'inherit'] });
  await new Promise((resolve, reject) => {
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`watch ended with code ${code}`))));
  });
  return childrenSeconds() - before;
}

/** Fields 16 and 17 of proc_pid_stat(5), in ticks of a hundredth. */
function childrenSeconds() {
  const fields = readFileSync('/proc/self/stat', 'latin1')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}
