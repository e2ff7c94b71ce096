import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { canBecomeNobody } from '../support/as-user.ts';
import { freePort } from '../support/free-port.ts';
import { carrying, QUICK, RunningGate, runs, serviceFile } from '../support/gate.ts';
import { junitProblems, junitValue } from '../support/junit.ts';
import { requireThat, requireTool } from '../support/require-tool.ts';

const DAEMON = new URL('../support/daemon.py', import.meta.url).pathname;
const here = process.platform === 'linux';
const python = here && requireTool('python3', ['--version']);
const cc = here && requireTool('cc', ['--version']);
const xmllint = requireTool('xmllint', ['--version']);

// Most of it is waiting, on a machine that has other things to do.
vi.setConfig({ testTimeout: 300_000 });

let folder = '';
let port = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'leaksof-gate-'));
  if (cc) spawnSync('cc', ['-O1', '-o', join(folder, 'server'), serviceFile('server.c')], { stdio: 'inherit' });
});

beforeEach(async () => {
  port = await freePort();
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a gate to its end in the test's folder. */
function gate(...words: string[]): RunningGate['ended'] {
  return new RunningGate(words, folder).ended;
}

const SERVICES: readonly [string, boolean, () => readonly string[], string][] = [
  ['Node', here, () => [process.execPath, serviceFile('server.mjs')], serviceFile('server.mjs')],
  ['Python', python, () => ['python3', serviceFile('server.py')], serviceFile('server.py')],
  ['C', cc, () => [join(folder, 'server')], '/etc/hostname'],
];

describe.each(SERVICES)('a gate on a service in %s', (name, possible, command, target) => {
  const url = (path: string): string => `http://127.0.0.1:${port}${path}`;

  it.runIf(possible)('passes the healthy one', async () => {
    const xml = join(folder, `${name}-healthy.xml`);
    const words = ['--url', url('/file'), ...QUICK, '--report', `junit=${xml}`, '--', ...command(), String(port)];
    const { status, stdout } = await gate(...words);
    expect(status, stdout).toBe(0);
    expect(stdout).toMatch(/pass {2}GET http:.*: nothing above 0\.\d+\s+per\s+request\s+in\s+\d+\s+requests/);
    const text = readFileSync(xml, 'utf8');
    if (xmllint) expect([junitProblems(text), junitValue(text, '//testsuite/@failures')]).toEqual(['', '0']);
  });

  it.runIf(possible)('fails the leaking one, and names the file', async () => {
    const xml = join(folder, `${name}-leaking.xml`);
    const json = join(folder, `${name}-leaking.json`);
    const words = ['--url', url('/health'), '--url', url('/file'), ...QUICK, '--format', 'github'];
    const reports = ['--report', `junit=${xml}`, '--report', `json=${json}`];
    const { status, stdout } = await gate(...words, ...reports, '--', ...command(), String(port), 'leak');
    expect(status, stdout).toBe(1);
    expect(stdout.match(/^::error title=/gm), stdout).toHaveLength(1);
    const text = readFileSync(xml, 'utf8');
    if (xmllint) {
      expect(junitProblems(text)).toBe('');
      expect(junitValue(text, '//testcase[failure]/@name')).toBe(`GET ${url('/file')}`);
      expect(junitValue(text, '//failure/@message')).toContain(`REG ${target}`);
      expect(junitValue(text, '//testsuite/@failures')).toBe('1');
    }
    const { urls } = JSON.parse(readFileSync(json, 'utf8'));
    expect(urls[0].perRequest.estimate).toBeGreaterThan(0.95);
    expect(urls[0].perRequest.estimate).toBeLessThan(1.05);
    expect(urls.map((found: { verdict: string }) => found.verdict)).toEqual(['leak', 'clean']);
  });
});

describe.runIf(here)('a gate cannot tell (3)', () => {
  const mark = (): [string, Record<string, string>] => {
    const value = `${process.pid}-${Math.random()}`;
    return [`LEAKSOF_TEST_RUN=${value}`, { LEAKSOF_TEST_RUN: value }];
  };

  it('of a service that never listens, and leaves nothing of it', async () => {
    const [entry, env] = mark();
    const xml = join(folder, 'never.xml');
    const words = ['-u', `:${port}/`, '--ready-timeout', '1s', '--report', `junit=${xml}`, '--', 'sleep', '600'];
    const { status, stdout } = await new RunningGate(words, folder, env).ended;
    expect(status).toBe(3);
    expect(stdout.replace(/\s+/g, ' ')).toMatch(new RegExp(`within [0-9.]+ s: it did not listen on port ${port}`));
    expect(carrying(entry)).toEqual([]);
    const text = readFileSync(xml, 'utf8');
    if (xmllint) expect([junitProblems(text), junitValue(text, '//testsuite/@errors')]).toEqual(['', '2']);
  });

  it('of one that dies at once, with its last words', async () => {
    const line = 'echo "cannot open database" >&2; exit 4';
    const { status, stdout } = await gate('-u', `:${port}/`, '--', 'sh', '-c', line);
    expect(status).toBe(3);
    expect(stdout.replace(/\s+/g, ' ')).toContain('the service ended with code 4 after');
    expect(stdout).toContain('output: cannot open database');
  });

  it('of one that dies while it is probed', async () => {
    const code = `let n=0;require("http").createServer((q,s)=>{s.end();if(++n>60)process.exit(7)}).listen(${port},"127.0.0.1")`;
    const { status, stdout } = await gate('-u', `:${port}/`, ...QUICK, '--', process.execPath, '-e', code);
    expect(status).toBe(3);
    expect(stdout.replace(/\s+/g, ' ')).toContain('ended with code 7 while it was probed');
  });

  it('of a port that somebody else has', async () => {
    const other = createServer().listen(port, '127.0.0.1');
    const { status, stdout } = await gate('-u', `:${port}/`, '--', 'touch', join(folder, 'started'));
    other.close();
    expect(status).toBe(3);
    expect(stdout.replace(/\s+/g, ' ')).toContain(`port ${port} is taken already, by`);
    expect(existsSync(join(folder, 'started'))).toBe(false);
  });

  const other = requireThat(
    canBecomeNobody() && requireTool('setpriv', ['--version']),
    'nobody else can be played here',
  );

  it.runIf(other)('of a service that may not be read', async () => {
    // The gate runs as nobody; the service that answers in the end belongs to root.
    const open = mkdtempSync(join(tmpdir(), 'leaksof-nobody-'));
    chmodSync(open, 0o777);
    const program = new URL('../../bin/leaksof.js', import.meta.url).pathname;
    const words = ['-u', `:${port}/`, '--ready-url', `:${port}/`, ...QUICK, '--', 'sh', '-c', 'touch up; sleep 600'];
    const user = ['--reuid', '65534', '--clear-groups', process.execPath, program, 'gate'];
    const child = spawn('setpriv', [...user, ...words], { cwd: open, stdio: ['ignore', 'pipe', 'ignore'] });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    while (!existsSync(join(open, 'up')) && child.exitCode === null) await delay(10);
    const server = spawn(process.execPath, [serviceFile('server.mjs'), String(port)], { stdio: 'ignore' });
    const [status] = await once(child, 'close');
    server.kill();
    rmSync(open, { recursive: true });
    expect(status, stdout).toBe(3);
    expect(stdout.replace(/\s+/g, ' ')).toContain('could not be looked into');
  });

  it('unless that is allowed', async () => {
    const words = ['-u', `:${port}/none`, ...QUICK, '--', 'sh', '-c', 'exit 0'];
    expect((await gate('--allow-inconclusive', ...words)).status).toBe(3);
    const code = `require("http").createServer((q,s)=>{s.statusCode=404;s.end()}).listen(${port},"127.0.0.1")`;
    const lost = ['-u', `:${port}/none`, ...QUICK, '--', process.execPath, '-e', code];
    expect((await gate(...lost)).status).toBe(3);
    expect((await gate('--allow-inconclusive', ...lost)).status).toBe(0);
  });
});

describe.runIf(here)('wrong usage (2)', () => {
  it.each([
    [['--', 'true'], 'gate wants --url URL.'],
    [['-u', ':1/'], 'gate wants the command of the service, after --.'],
    [['-u', ':1/', 'npm', 'start'], 'COMMAND stands after --.'],
    [['-u', ':1/', '--', 'no-such-program-here'], 'no-such-program-here: there is no such program'],
    [['-u', ':1/', '--ready-log', '(', '--', 'true'], '--ready-log (: is no regular expression.'],
    [['-u', ':1/', '--baseline', '/etc/hostname', '--', 'true'], 'is no report of leaksof gate --json'],
    [['-u', ':1/', '--report', 'pdf=x', '--', 'true'], '--report pdf: this command prints terminal'],
  ])('%j', async (words, sentence) => {
    const { status, stderr, stdout } = await gate(...words);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(sentence);
  });
});

describe.runIf(here && python)('the end of a gate', () => {
  it('takes along a daemon that left its group and ignores SIGTERM', async () => {
    const file = join(folder, 'daemon-pid');
    const line = `python3 "${DAEMON}" "${file}" --ignore & exec "${process.execPath}" "${serviceFile('server.mjs')}" ${port}`;
    const words = ['-u', `:${port}/health`, ...QUICK, '--grace', '500ms', '--json', '--', 'sh', '-c', line];
    const { status, stdout } = await gate(...words);
    expect(status).toBe(0);
    const daemon = Number(readFileSync(file, 'utf8'));
    const { service } = JSON.parse(stdout);
    expect(service.strays.map(({ pid }: { pid: number }) => pid)).toContain(daemon);
    expect(service.killed.map(({ pid }: { pid: number }) => pid)).toEqual([daemon]);
    expect(runs(daemon)).toBe(false);
  });
});

describe.runIf(here)('known leaks', () => {
  const service = (): string[] => ['--', process.execPath, serviceFile('server.mjs'), String(port), 'leak'];

  it('are written, and no longer fail; others do', async () => {
    const file = join(folder, 'known.json');
    const both = ['-u', `:${port}/file`, ...QUICK];
    const first = await gate(...both, '--write-baseline', file, ...service());
    expect(first.status, first.stdout).toBe(0);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ urls: [{ url: `:${port}/file`, method: 'GET' }] });
    port = await freePort();
    const again = await gate('-u', `:${port}/file`, ...QUICK, '--baseline', file, ...service());
    expect(again.status, again.stdout).toBe(0);
    expect(again.stdout.replace(/\s+/g, ' ')).toContain('1 leak let pass');
  });

  it('may stand in a file, with URLs and budgets', async () => {
    const place = mkdtempSync(join(folder, 'config-'));
    const config = { urls: [`:${port}/file`], allow: ['*server.mjs'] };
    writeFileSync(join(place, 'leaksof.config.json'), JSON.stringify(config));
    const words = [...QUICK, '--log', 'service.log', ...service()];
    const { status, stderr } = await new RunningGate(words, place).ended;
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(readFileSync(join(place, 'service.log'), 'utf8')).toBe('listening\n');
    expect(readdirSync(place).toSorted()).toEqual(['leaksof.config.json', 'service.log']);
  });
});
