import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Surroundings } from '../../src/command/definition.ts';
import { OptionValues } from '../../src/command/option-values.ts';
import { probeSettings, requestPlans } from '../../src/command/probe-plan.ts';
import { progress } from '../../src/command/progress.ts';
import { urlsOf } from '../../src/command/url-list.ts';
import { canBecomeNobody, NOBODY } from '../support/as-user.ts';
import { requireThat } from '../support/require-tool.ts';
import { leaksof, PROGRAM, shell } from '../support/run.ts';
import { problems } from '../support/schema.ts';
import { type Service, startService } from '../support/service.ts';

vi.setConfig({ testTimeout: 180_000 });

/** Few requests, and time enough on a busy machine. */
const FEW = ['--requests', '200', '--settle', '0.5s', '--deadline', '120s', '--concurrency', '1'];

let folder = '';
let service: Service;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'leaksof-probe-'));
  service = await startService();
}, 60_000);
afterAll(async () => {
  await service.stop();
  rmSync(folder, { recursive: true });
});
const place = (name: string): string => join(folder, name);
const live = describe.skipIf(process.platform !== 'linux');

live('leaksof probe', () => {
  it('ends with 1 on a leak, and says which URL it is in every format that was asked for', async () => {
    writeFileSync(place('urls'), `# what to probe\n${service.url('/leak')}  # this one\n\n`);
    const reports = ['terminal', 'ndjson', 'csv', 'tsv', 'markdown'].flatMap((format) => [
      '--report',
      `${format}=${place(format)}`,
    ]);
    const { stdout, stderr, status } = await leaksof([
      'probe',
      '--urls',
      place('urls'),
      ...FEW,
      '--json',
      ...reports,
      '--record',
      place('record'),
    ]);
    const report = JSON.parse(stdout);
    expect(problems('probe.json', report)).toBeNull();
    expect([status, report.verdict]).toEqual([1, 'leak']);
    expect(report.requests).toEqual({ sent: 200, ok: 200, failed: 0 });
    expect(report.perRequest.estimate).toBeCloseTo(1, 1);
    expect(report.groups[0]).toMatchObject({
      type: 'REG',
      class: 'regular',
      name: `${service.folder}/cat.jpg`,
      verdict: 'leak',
    });
    expect(report.processes).toMatchObject([{ pid: service.pid, role: 'serving' }]);
    expect(report.findings).toMatchObject([{ rule: 'leak', pid: service.pid }]);
    // Progress is for terminals.
    expect(stderr).toBe('');
    for (const format of ['terminal', 'ndjson', 'csv', 'tsv', 'markdown']) {
      const text = readFileSync(place(format), 'utf8');
      expect(text, format).toContain('cat.jpg');
      expect(text, format).not.toContain('\u001b');
    }
    expect(readFileSync(place('terminal'), 'utf8')).toMatch(/^ {2}\/leak {2}LEAK {2}(0\.9\d|1\.0\d) per request \[/);
    expect(readFileSync(place('markdown'), 'utf8')).toMatch(/^## leaksof probe: leak /);
    const [header, ...runs] = readFileSync(place('record'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(header).toEqual({ format: 'leaksof-probe', version: '1.0' });
    expect(runs).toMatchObject([{ url: service.url('/leak'), measurement: { blocks: expect.any(Array) } }]);
  });

  it('ends with 0 where nothing is lost, and says what it could have seen', async () => {
    const { stdout, status } = await leaksof(['probe', service.url('/healthy'), ...FEW, '-o', place('out')]);
    expect([stdout, status]).toEqual(['', 0]);
    expect(readFileSync(place('out'), 'utf8')).toMatch(
      /\/healthy {2}clean {2}nothing above 0\.\d+ per request in 200 requests/,
    );
    expect(readFileSync(place('out'), 'utf8')).toContain('verdict: clean');
  });

  it('keeps to a budget, and tells connections from requests', async () => {
    const { stdout, status } = await leaksof([
      'probe',
      service.url('/connection'),
      '--keep-alive',
      '--max-per-request',
      '1.5',
      ...FEW,
      '--json',
    ]);
    const { urls, budget } = JSON.parse(stdout);
    expect([status, budget]).toMatchObject([0, { limit: 1.5, verdict: 'pass' }]);
    expect(urls.map(({ verdict, keepAlive }: Record<string, unknown>) => [verdict, keepAlive])).toEqual([
      ['leak', false],
      ['clean', true],
    ]);
    expect(urls[0].notes.join('\n')).toContain('it goes with connections, not with requests');
  });

  it('of a process that was given sends its requests all the same', async () => {
    const before = (await service.asked()).asked;
    const { stdout, status } = await leaksof([
      'probe',
      '-X',
      'POST',
      '-d',
      'a=1',
      '-H',
      'X-Key: 7',
      service.url('/healthy'),
      '--pid',
      String(process.pid),
      '--requests',
      '20',
      '--settle',
      '0',
      '--json',
    ]);
    expect([0, 3]).toContain(status);
    expect(JSON.parse(stdout).processes[0]).toMatchObject({ pid: process.pid, role: 'given' });
    expect((await service.asked()).asked).toBeGreaterThanOrEqual(before + 40);
  });

  it.each<[string, string[], string]>([
    ['no URL', [], 'probe wants a URL'],
    ['another machine', ['http://203.0.113.9/'], '203.0.113.9 is no address of this machine'],
    [
      'another machine and a process',
      ['http://203.0.113.9/', '--pid', '1'],
      '203.0.113.9 is no address of this machine',
    ],
    ['no URL at all', ['ftp://127.0.0.1/'], 'wants a URL of a service on this machine'],
    ['a header without a colon', [':1/', '-H', 'x'], "wants 'Name: value'"],
    ['a file that is not there', ['--urls', '/no/such'], 'There is no file /no/such'],
    ['a body that is not there', [':1/', '-d', '@/no/such'], 'There is no file /no/such'],
    ['no port', [':1/', '--also', 'x'], '--also x: wants a PID or :PORT'],
    [
      'no time left',
      [':1/', '--settle', '9s', '--deadline', '9s'],
      '--settle 9s leaves no time for requests within 9s',
    ],
    ['a format that it has not', [':1/', '--format', 'html'], 'this command prints terminal, json'],
  ])('is refused with 2: %s', async (_, words, sentence) => {
    const { stdout, stderr, status } = await leaksof(['probe', ...words]);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(sentence);
  });

  it('ends with 3 where nobody answers, with a document all the same', async () => {
    const { stdout, status } = await leaksof(['probe', 'http://127.0.0.1:1/', '--json']);
    const report = JSON.parse(stdout);
    expect(problems('probe.json', report)).toBeNull();
    expect([status, report.verdict]).toEqual([3, 'inconclusive']);
    expect(report.urls[0].notes[0]).toContain('nothing answers (127.0.0.1 port 1: ECONNREFUSED)');
  });

  it("ends with 3 and the line to type where the processes are another user's", async () => {
    if (!requireThat(canBecomeNobody(), 'nobody cannot be become here')) return;
    // The clone may lie where others cannot read.
    const copy = mkdtempSync(join(tmpdir(), 'leaksof-copy-'));
    chmodSync(copy, 0o755);
    const root = fileURLToPath(new URL('../..', import.meta.url));
    for (const part of ['bin', 'dist', 'package.json']) cpSync(join(root, part), join(copy, part), { recursive: true });
    const words = [join(copy, 'bin/leaksof.js'), 'probe', service.url('/healthy'), '--requests', '20', '--settle', '0'];
    const child = spawn(process.execPath, words, {
      uid: NOBODY,
      gid: NOBODY,
      cwd: '/',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { stdout, stderr, code } = await ended(child);
    expect(stdout).toContain('cannot tell');
    expect(stdout.replaceAll('\n', ' ')).toMatch(/\d+ processes could not be looked into \(no permission\)/);
    expect(stderr).toMatch(/sudo .*probe /);
    expect(code).toBe(3);
    rmSync(copy, { recursive: true });
  });

  it('writes nothing half and is successful where its reader has gone', async () => {
    const { stdout, stderr } = await shell(
      `{ leaksof probe http://127.0.0.1:1/ -o '${place('closed')}' --report json=- ; echo "code $?" >&2; } | true`,
    );
    expect([stdout, stderr]).toEqual(['', 'code 3\n']);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('that is interrupted once reports what it has; twice it is gone', async () => {
    const slow = [
      'probe',
      service.url('/healthy'),
      '--requests',
      '100000',
      '--settle',
      '60s',
      '--deadline',
      '600s',
      '--json',
    ];
    const start = async (): Promise<ChildProcess> => {
      const child = spawn(process.execPath, [PROGRAM, ...slow], { stdio: ['ignore', 'pipe', 'pipe'] });
      const before = (await service.asked()).asked;
      // Beyond its warm-up.
      await vi.waitUntil(async () => (await service.asked()).asked > before + 150, { timeout: 120_000, interval: 50 });
      return child;
    };
    const twice = await start();
    twice.kill('SIGINT');
    // It settles for a minute, so the second finds it.
    await quietFor(300);
    twice.kill('SIGINT');
    expect(await ended(twice)).toEqual({ stdout: '', stderr: '', code: 130 });

    slow[slow.indexOf('60s')] = '0.2s';
    const once = await start();
    once.kill('SIGINT');
    const { stdout, code } = await ended(once);
    const report = JSON.parse(stdout);
    expect(problems('probe.json', report)).toBeNull();
    expect(report.urls[0]).toMatchObject({ stopped: 'interrupted', requests: { failed: 0 } });
    expect(report.urls[0].notes.join('\n')).toMatch(/interrupted after \d+ requests/);
    expect(code).toBe(report.verdict === 'clean' ? 0 : 3);
  });
});

describe('the URLs of a call', () => {
  const urls = (words: string[], text: string) => {
    writeFileSync(place('list'), text);
    return urlsOf({ words, options: new OptionValues(new Map([['urls', [place('list')]]])) });
  };

  it('are those of the words and of the file, each once, in order', () => {
    expect(urls([':1/b', ':1/a'], '# all\r\n:1/a\n\n  POST :1/c   # uploads\n:1/d#part\n')).toEqual([
      ':1/b',
      ':1/a',
      'POST :1/c',
      ':1/d#part',
    ]);
    expect(urls([], '')).toEqual([]);
  });
});

describe('the plan of a call', () => {
  const values = (given: Record<string, boolean | (string | number)[]>) =>
    new OptionValues(new Map(Object.entries(given)));
  const settings = (given: Record<string, boolean | (string | number)[]>) =>
    probeSettings({ options: values(given) }, new AbortController().signal, () => {});

  it('has the defaults of the help', () => {
    expect(settings({})).toMatchObject({
      root: '/proc',
      requests: 5000,
      settle: 3,
      deadline: 15,
      timeout: 10,
      concurrency: null,
      toLimit: false,
      pids: [],
      also: [],
      allowRemote: false,
    });
  });

  it('leaves time for a longer settle', () => {
    expect(settings({ settle: [30] }).deadline).toBe(67.5);
    expect(() => settings({ settle: [15], deadline: [15] })).toThrow('--settle 15s leaves no time');
  });

  it('takes ports and pids to be watched too', () => {
    expect(settings({ also: [':8000', '77'] }).also).toEqual([{ port: 8000 }, { pid: 77 }]);
    for (const text of [':', '', 'x', '8 0', '::80'])
      expect(() => settings({ also: [text] })).toThrow('wants a PID or :PORT');
  });

  it('asks each URL twice where connections are to be kept too', () => {
    const plans = requestPlans([':1/a', ':1/b'], values({ 'keep-alive': true, method: ['put'] }));
    expect(plans.map(({ url, keepAlive, method }) => [url, keepAlive, method])).toEqual([
      [':1/a', false, 'PUT'],
      [':1/a', true, 'PUT'],
      [':1/b', false, 'PUT'],
      [':1/b', true, 'PUT'],
    ]);
  });

  it('takes a body from the words or from a file', () => {
    writeFileSync(place('body'), Buffer.from([0, 255]));
    expect(requestPlans([':1'], values({ data: ['a=1'] }))[0]?.body?.toString()).toBe('a=1');
    expect(requestPlans([':1'], values({ data: [`@${place('body')}`] }))[0]?.body).toEqual(Buffer.from([0, 255]));
  });
});

describe('progress', () => {
  const talk = (env: Surroundings['env'], isTTY: boolean, quiet = false) => {
    const stderr = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY, columns: 30 });
    const { say, done } = progress({ stderr, env }, quiet);
    say('probing http://127.0.0.1/\u001b[31m a long way on');
    done();
    return String(stderr.read() ?? '');
  };

  it('is one line of a terminal, written over and taken away', () => {
    expect(talk({}, true)).toBe('\r\u001b[Kprobing http://127.0.0.1/\\x1b\r\u001b[K');
  });

  it('is none in a pipe, in CI, on a terminal that cannot, or where it is not wanted', () => {
    expect([talk({}, false), talk({ CI: '1' }, true), talk({ TERM: 'dumb' }, true), talk({}, true, true)]).toEqual([
      '',
      '',
      '',
      '',
    ]);
  });
});

async function quietFor(ms: number): Promise<void> {
  let before = (await service.asked()).asked;
  await vi.waitUntil(
    async () => {
      const now = (await service.asked()).asked;
      const quiet = now === before;
      before = now;
      return quiet;
    },
    { timeout: 120_000, interval: ms },
  );
}

async function ended(child: ChildProcess): Promise<{ stdout: string; stderr: string; code: number | null }> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [code] = await once(child, 'close');
  return { stdout, stderr, code };
}
