import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { check } from '../../test/support/matrix/check.ts';
import { SERVERS, TARGETS } from '../../test/support/matrix/matrix.ts';
import { saveRecording, slug } from '../../test/support/matrix/recordings.ts';
import type { Target } from '../../test/support/matrix/target.ts';
import { type LiveRun, lineOf, probeLive } from './live.ts';
import { replayAll } from './replay.ts';

const { values } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
    live: { type: 'boolean', default: false },
    repeat: { type: 'string', default: '3' },
    replays: { type: 'string', default: '200' },
    only: { type: 'string', multiple: true },
    set: { type: 'string', multiple: true },
    program: { type: 'string', default: 'bin/leaksof.js' },
    save: { type: 'string' },
    probe: { type: 'string', multiple: true, default: [] },
  },
});

/** Requests that a server is checked with. */
const CHECKED = 300;

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const wanted = ({ set, name }: Pick<Target, 'set' | 'name'>): boolean =>
  (values.set?.includes(set) ?? true) && (values.only?.some((text) => name.includes(text)) ?? true);

async function checkAll(): Promise<boolean> {
  let wrong = 0;
  for (const { set, servers } of SERVERS) {
    for (const server of servers.filter(({ name }) => wanted({ set, name }))) {
      const { right, promised, rate, differ, answers } = await check(server, CHECKED);
      if (!right) wrong++;
      const said = [...answers].map(([status, count]) => `${count} x ${status || 'none'}`).join(' ');
      const listed = differ.length === 0 ? 'as listed' : `/proc differs in ${differ.length}`;
      const name = `${right ? ' ' : '!'} ${server.name}`.padEnd(52);
      print(`${name}${String(promised ?? '-').padEnd(8)}${rate.toFixed(4)}  ${listed}  ${said}`);
    }
  }
  print(`${wrong} wrong`);
  return wrong === 0;
}

/** Probes targets one after the other, each so many times. */
async function live(repeat: number, each: (run: LiveRun) => void): Promise<boolean> {
  const folder = values.save ?? mkdtempSync(join(tmpdir(), 'power-'));
  let [probes, alarms, wrong] = [0, 0, 0];
  let [named, covered] = [0, 0];
  for (const target of TARGETS.filter(wanted)) {
    for (let round = 1; round <= repeat; round++) {
      probes++;
      try {
        const run = await probeLive(
          target,
          [values.program, 'probe', ...values.probe],
          folder,
          `${slug(target)}-${round}`,
        );
        if (!run.outcome.right) wrong++;
        if (run.outcome.falseAlarm) alarms++;
        if (run.outcome.covered !== null) named++;
        if (run.outcome.covered === true) covered++;
        print(lineOf(run));
        each(run);
      } catch (error) {
        wrong++;
        print(`! | ${target.name} | ${error}`);
      }
    }
  }
  print(
    `${probes} probes, ${alarms} false alarms, ${wrong} otherwise than expected, ${covered} of ${named} rates covered`,
  );
  print(`what each printed and recorded is in ${folder}`);
  return wrong === 0;
}

/** A recording is kept where it is of this target alone, and long enough to be judged. */
function keep({ target, document, recording }: LiveRun): void {
  const { expected, upstream } = target;
  if (expected.verdict !== 'healthy' && expected.verdict !== 'leak') return;
  const strange = document.processes.find(({ role }) => role === 'upstream' && !upstream);
  if (strange !== undefined) print(`  not kept: ${strange.command} is none of it`);
  else if (document.requests.ok < Math.max(200, expected.verdict === 'healthy' ? (expected.needs ?? 0) : 0)) {
    print(`  not kept: ${document.requests.ok} requests are too few`);
  } else saveRecording(target, recording);
}

async function main(): Promise<boolean> {
  if (values.check) return checkAll();
  if (values.live) return live(Number(values.repeat), () => {});
  if (values.record) return live(1, keep);
  return replayAll(Number(values.replays), print);
}

process.exitCode = (await main()) ? 0 : 1;
