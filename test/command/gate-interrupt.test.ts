import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { carrying, QUICK, RunningGate, serviceFile } from '../support/gate.ts';
import { junitProblems } from '../support/junit.ts';
import { requireTool } from '../support/require-tool.ts';

const xmllint = requireTool('xmllint', ['--version']);

vi.setConfig({ testTimeout: 300_000 });

let folder = '';
let port = 0;
let mark = '';

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'leaksof-interrupt-'));
  port = await freePort();
  mark = `${process.pid}-${Math.random()}`;
});

afterEach(() => {
  expect(carrying(`LEAKSOF_TEST_RUN=${mark}`)).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
});

/** A gate that writes a report into the folder; everything it starts carries the mark. */
function start(words: readonly string[], command: readonly string[]): RunningGate {
  const report = ['--report', `junit=${join(folder, 'report.xml')}`];
  return new RunningGate(['-u', `:${port}/`, ...words, ...report, '--', ...command], folder, {
    LEAKSOF_TEST_RUN: mark,
  });
}

/** Waits until something holds, or the gate is over. */
async function until(gate: RunningGate, holds: () => boolean): Promise<void> {
  while (!holds() && !gate.over) await delay(10);
  expect(holds()).toBe(true);
}

const SERVER = [process.execPath, serviceFile('server.mjs')] as const;
/** Tells of its first requests and of the signal it gets. */
const TALKER = `let n = 0;
process.on("SIGTERM", () => { console.log("got SIGTERM"); if (process.argv[2] !== "deaf") process.exit(0) });
process.on("SIGINT", () => { console.log("got SIGINT"); if (process.argv[2] !== "deaf") process.exit(0) });
require("http").createServer((q, s) => { s.end(); if (++n === 60) console.log("serving") }).listen(process.argv[1], "127.0.0.1");`;

const phases: readonly [string, string[], () => string[], (gate: RunningGate) => boolean][] = [
  ['starting', [], () => ['sh', '-c', 'sleep 600 & sleep 600'], () => carrying(`LEAKSOF_TEST_RUN=${mark}`).length > 1],
  ['waiting', [], () => ['sh', '-c', 'echo up; sleep 600'], ({ said }) => said.includes('up')],
  [
    'probing',
    ['--requests', '100000', '--settle', '500ms', '--deadline', '60s'],
    () => [process.execPath, '-e', TALKER, String(port)],
    ({ said }) => said.includes('serving'),
  ],
];

describe.runIf(process.platform === 'linux')('Ctrl-C', () => {
  it.each(phases)('while %s ends the service and leaves a whole report', async (phase, words, command, holds) => {
    const gate = start(words, command());
    await until(gate, () => holds(gate));
    gate.interrupt('SIGINT');
    const { status, stderr } = await gate.ended;
    expect(status).toBe(3);
    if (phase === 'probing') expect(stderr).toContain('got SIGINT');
    expect(readdirSync(folder)).toEqual(['report.xml']);
    if (xmllint) expect(junitProblems(readFileSync(join(folder, 'report.xml'), 'utf8'))).toBe('');
  });

  it('while stopping goes on with it, and a second one kills at once', async () => {
    const gate = start(
      [...QUICK, '--requests', '100', '--grace', '600s'],
      [process.execPath, '-e', TALKER, String(port), 'deaf'],
    );
    await until(gate, () => gate.said.includes('got SIGTERM'));
    gate.interrupt('SIGINT');
    await delay(50);
    expect(gate.over).toBe(false);
    gate.interrupt('SIGINT');
    const { status } = await gate.ended;
    expect(status).toBe(130);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('twice while waiting kills at once, and writes nothing', async () => {
    const gate = start(['--grace', '600s'], ['sh', '-c', 'trap "" TERM INT; echo up; while :; do sleep 1; done']);
    await until(gate, () => gate.said.includes('up'));
    gate.interrupt('SIGINT');
    await delay(50);
    gate.interrupt('SIGINT');
    expect((await gate.ended).status).toBe(130);
    expect(existsSync(join(folder, 'report.xml'))).toBe(false);
  });

  it.each(['SIGTERM', 'SIGHUP'] as const)('and %s do the same', async (signal) => {
    const gate = start([], [...SERVER, '0']);
    await until(gate, () => gate.said.includes('listening'));
    gate.interrupt(signal);
    expect((await gate.ended).status).toBe(3);
    expect(readdirSync(folder)).toEqual(['report.xml']);
  });
});
