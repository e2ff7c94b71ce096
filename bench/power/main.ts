import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SERVERS, TARGETS } from '../../test/support/matrix/matrix.ts';
import { check } from './check.ts';
import { lineOf, probeLive } from './live.ts';

const { values } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
    live: { type: 'boolean', default: false },
    repeat: { type: 'string', default: '3' },
    only: { type: 'string', multiple: true },
    set: { type: 'string', multiple: true },
    program: { type: 'string', default: 'bin/leaksof.js' },
    save: { type: 'string' },
  },
});

const wanted = (set: string, name: string): boolean =>
  (values.set?.includes(set) ?? true) && (values.only?.some((text) => name.includes(text)) ?? true);

async function checkAll(): Promise<boolean> {
  let wrong = 0;
  for (const [set, servers] of Object.entries(SERVERS)) {
    for (const server of servers.filter(({ name }) => wanted(set, name))) {
      const { line, right } = await check(server).catch((error) => ({
        line: `${server.name}: ${error}`,
        right: false,
      }));
      if (!right) wrong++;
      process.stdout.write(`${right ? '  ' : '! '}${line}\n`);
    }
  }
  process.stdout.write(`${wrong} wrong\n`);
  return wrong === 0;
}

async function live(repeat: number): Promise<boolean> {
  const folder = values.save ?? mkdtempSync(join(tmpdir(), 'power-'));
  let wrong = 0;
  for (const target of TARGETS.filter(({ set, name }) => wanted(set, name))) {
    for (let round = 1; round <= repeat; round++) {
      try {
        const run = await probeLive(
          target,
          values.program,
          folder,
          `${target.name.replaceAll(/[^\w.]+/g, '-')}-${round}`,
        );
        if (!run.outcome.right) wrong++;
        process.stdout.write(`${lineOf(run)}\n`);
      } catch (error) {
        wrong++;
        process.stdout.write(`! | ${target.name} | ${error}\n`);
      }
    }
  }
  process.stdout.write(`${wrong} wrong\n`);
  return wrong === 0;
}

const good = values.check ? await checkAll() : await live(Number(values.repeat));
process.exitCode = good ? 0 : 1;
