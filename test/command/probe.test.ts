import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
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
