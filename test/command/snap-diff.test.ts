import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diffReport } from '../../src/analysis/diff/diff.ts';
import { type Side, SideReader } from '../../src/analysis/diff/side.ts';
import { inputSource } from '../../src/source/input.ts';
import { leaksof } from '../support/run.ts';

const schemas = new URL('../../src/schema/', import.meta.url);
const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, strictRequired: false });
for (const file of readdirSync(schemas)) ajv.addSchema(JSON.parse(readFileSync(new URL(file, schemas), 'utf8')));

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'leaksof-snap-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const place = (name: string) => join(folder, name);

/** Opens one of everything, then, for every line it reads, more of everything; answers with what it opened. */
const HOLDER = String.raw`
const fs = require('fs'), net = require('net');
const folder = process.argv[1];
const keep = [];
process.title = 'fd zo\u00f6 (x) y';
const server = net.createServer((socket) => keep.push(socket)).listen(0, '127.0.0.1', () => {
  const connect = () => new Promise((done) => {
    server.once('connection', done);
    keep.push(net.connect(server.address().port, '127.0.0.1'));
  });
  const more = async (round) => {
    for (let i = 0; i < 3; i++) keep.push(fs.openSync(folder + '/cat.jpg', 'a+'));
    for (const name of ['upload-' + round + '0001.tmp', 'two  blanks ' + round, 'x (deleted)' + round, 'ends ' + round + ' (deleted)']) keep.push(fs.openSync(folder + '/' + name, 'w'));
    const gone = folder + '/gone-' + round;
    keep.push(fs.openSync(gone, 'w'));
    fs.unlinkSync(gone);
    keep.push(fs.openSync('/dev/null', 'r'), fs.openSync(folder, 'r'));
    await connect();
    await new Promise((done) => keep.push(net.createServer().listen(folder + '/socket-' + round, done)));
    process.stdout.write('ready\n');
  };
  let rounds = 0;
  more(rounds);
  process.stdin.on('data', () => more(++rounds));
});
`;
/** Descriptors that a round opens: 3 + 4 + 1 + 2, both ends of a connection, a listener. */
const ROUND = 13;

const has = (tool: string) => spawnSync(tool, ['-v']).error === undefined;
/** Who lists a process, and how. */
const LISTERS: Readonly<Record<string, (pid: string) => string>> = {
  ...(has('lsof')
    ? {
        text: (pid) => output('lsof', ['-w', '-nP', '-p', pid]),
        field: (pid) => output('lsof', ['-w', '-nP', '-F', '-p', pid]),
        field0: (pid) => output('lsof', ['-w', '-nP', '-F0', '-p', pid]),
        links: (pid) => output('lsof', ['-w', '-nP', '+L', '-p', pid]),
      }
    : {}),
  ...(has('lsfd')
    ? { lsfd: (pid) => output('lsfd', ['-p', pid]), lsfdJson: (pid) => output('lsfd', ['-J', '-p', pid]) }
    : {}),
  ls: (pid) => `/proc/${pid}/fd:\n${output('ls', ['-l', `/proc/${pid}/fd`])}`,
};

function output(tool: string, words: readonly string[]): string {
  return execFileSync(tool, words, {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
    maxBuffer: 1 << 28,
  });
}

describe.skipIf(process.platform !== 'linux')('diff of one process in two moments', () => {
  let holder: ChildProcess;
  const names = [...Object.keys(LISTERS), 'snap'];

  const answered = () => new Promise((resolve) => holder.stdout?.once('data', resolve));

  async function list(moment: string): Promise<void> {
    const pid = String(holder.pid);
    holder.kill('SIGSTOP');
    while (!/^State:\s+[Tt]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))) await new Promise(setImmediate);
    for (const [name, lister] of Object.entries(LISTERS)) writeFileSync(place(`${moment}.${name}`), lister(pid));
    await leaksof(['snap', '--live', '--pid', pid, '-q', '-o', place(`${moment}.snap`)]);
    holder.kill('SIGCONT');
  }

  async function side(name: string): Promise<Side> {
    const reader = new SideReader(null, false);
    const [first] = reader.finish(await inputSource({ path: place(name) }).read(reader));
    if (!first) throw new Error(`${name} has no listing`);
    return first;
  }

  async function diff(before: string, after: string) {
    return diffReport([await side(before), await side(after)], { top: 20, maxGrowth: null }).data;
  }

  beforeAll(async () => {
    const where = mkdtempSync(place('held-'));
    holder = spawn(process.execPath, ['-e', HOLDER, where], { stdio: ['pipe', 'pipe', 'inherit'] });
    await answered();
    await list('first');
    holder.stdin?.write('more\n');
    await answered();
    await list('second');
  });
  afterAll(() => {
    holder.kill('SIGKILL');
  });

  const pairs = names.flatMap((one) => names.map((other) => [one, other] as const));

  it.each(pairs)('finds nothing in the same moment: %s and %s', async (one, other) => {
    const data = await diff(`first.${one}`, `first.${other}`);
    expect(data).toMatchObject({ opened: 0, closed: 0, processes: [], targets: [], changes: [] });
    expect(data.kept).toBeGreaterThan(ROUND);
  });

  it.each(pairs)('finds exactly what was opened: %s and %s', async (one, other) => {
    const data = await diff(`first.${one}`, `second.${other}`);
    expect(data).toMatchObject({ opened: ROUND, closed: 0, changes: [] });
    expect(data.processes).toMatchObject([{ pid: holder.pid, growth: ROUND, life: 'same' }]);
    const cat = data.targets.find(({ name }) => name?.endsWith('/cat.jpg'));
    expect(cat).toMatchObject({ growth: 3, opened: 3, kept: 3 });
  });

  it('gives rate and headroom from snapshots, and a budget', async () => {
    const { stdout } = await leaksof(['diff', place('first.snap'), place('second.snap'), '--json']);
    const data = JSON.parse(stdout);
    expect(ajv.getSchema('diff.json')?.(data)).toBe(true);
    expect(Object.keys(data)).toEqual(
      Object.keys(JSON.parse(readFileSync(new URL('diff.json', schemas), 'utf8')).properties),
    );
    expect(data.seconds).toBeGreaterThan(0);
    expect(data.processes[0].perMinute).toBeGreaterThan(0);
    expect(data.processes[0].headroom).toBeGreaterThan(0);
    const budget = (limit: number) =>
      leaksof(['diff', place('first.snap'), place('second.snap'), '--max-growth', String(limit)]);
    expect((await budget(ROUND)).status).toBe(0);
    expect((await budget(ROUND - 1)).status).toBe(1);
  });

  it('redacts with one key for both sides', async () => {
    const words = ['diff', place('first.text'), place('second.ls'), '--redact', '--format', 'markdown'];
    const { stdout } = await leaksof(has('lsof') ? words : words.map((word) => word.replace('.text', '.ls')));
    expect(stdout).toContain(`${ROUND} descriptors opened, 0 closed`);
    expect(stdout).toContain('<details>');
    for (const secret of ['cat', 'blanks', 'socket-', 'held-', 'leaksof-snap']) expect(stdout).not.toContain(secret);
  });
});

/** One moment, as lsof 4.99.7 lists it in so many ways. */
const SAME = [
  'one-moment/default.txt.gz',
  'one-moment/threads.txt.gz',
  'one-moment/human.txt.gz',
  'one-moment/everything.txt.gz',
  'lsof-field/local4997-F.txt',
  'lsof-field/local4997-F0-nul.txt',
  'lsof-field/local4997-J.json',
];

describe('diff of one moment', () => {
  const listed = async (file: string) => {
    const reader = new SideReader(null, false);
    const [listing] = reader.finish(await inputSource({ path: `fixtures/${file}` }).read(reader));
    if (!listing) throw new Error(`${file} has no listing`);
    return listing;
  };

  it.each(SAME.flatMap((one) => SAME.map((other) => [one, other] as const)))(
    'finds nothing between %s and %s',
    async (one, other) => {
      const { data } = diffReport([await listed(one), await listed(other)], { top: 20, maxGrowth: null });
      expect(data).toMatchObject({ opened: 0, closed: 0, processes: [], targets: [], changes: [] });
      expect(data.kept).toBe(249);
    },
  );
});

describe('snap', () => {
  const LISTING =
    'COMMAND PID USER FD TYPE DEVICE SIZE/OFF NODE NAME\napp 7 bob 3r REG 8,1 10 77 /srv/a\napp 7 bob 4r REG 8,1 10 78 /srv/b\n';

  it('is read by every command as its source was', async () => {
    writeFileSync(place('dump.txt'), LISTING);
    expect((await leaksof(['snap', place('dump.txt'), '-o', place('dump.gz')])).status).toBe(0);
    expect(statSync(place('dump.gz')).mode & 0o777).toBe(0o600);
    expect(gunzipSync(readFileSync(place('dump.gz'))).toString()).toMatch(
      /^\{"format":"leaksof-snapshot","version":"1\.1"/,
    );
    for (const words of [['rank'], ['names'], ['show', '7'], ['export']]) {
      const [of, snap] = await Promise.all(
        [place('dump.txt'), place('dump.gz')].map((file) =>
          leaksof([...words, file, '--format', words[0] === 'export' ? 'csv' : 'json']),
        ),
      );
      const bare = (text = '') =>
        text
          .replace(/"(?:source|coverage)": \{[\s\S]*?\n {2}\},?/g, '')
          .replace(/^\d+,/gm, '')
          .replaceAll(/dump\.(?:txt|gz)/g, '');
      expect(bare(snap?.stdout)).toBe(bare(of?.stdout));
    }
  });

  it('goes to stdout, and comes from stdin', async () => {
    const { stdout } = await leaksof(['snap', '-'], { input: LISTING });
    expect(stdout.trimEnd().split('\n')).toHaveLength(5);
    const again = await leaksof(['snap', '-'], { input: stdout });
    expect(again.stdout.split('\n').slice(1)).toEqual(stdout.split('\n').slice(1));
  });

  it('leaves nothing behind when it fails, and what was there', async () => {
    const file = place('kept.ndjson');
    writeFileSync(file, 'before');
    const failed = await leaksof(['snap', '-', '-o', file], { input: 'no listing' });
    expect(failed.status).toBe(2);
    expect(readFileSync(file, 'utf8')).toBe('before');
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    expect((await leaksof(['snap', '-', '-o', place('none/x.ndjson')], { input: LISTING })).stderr).toMatch(
      /^leaksof: Cannot write /,
    );
    expect((await leaksof(['snap', '-', '-o', place('x.zst')], { input: LISTING })).status).toBe(2);
    expect(existsSync(place('x.zst'))).toBe(false);
  });

  it('is refused by every command when it is cut or newer', async () => {
    const { stdout } = await leaksof(['snap', '-'], { input: LISTING });
    const cut = await leaksof(['rank', '-'], { input: stdout.slice(0, -20) });
    expect([cut.status, cut.stderr.split('\n')[0]]).toEqual([
      2,
      expect.stringMatching(/The snapshot is damaged or cut/),
    ]);
    const newer = await leaksof(['rank', '-'], { input: stdout.replace('"version":"1.1"', '"version":"2.0"') });
    expect([newer.status, newer.stderr.split('\n')[0]]).toEqual([2, expect.stringMatching(/format version 2\.0/)]);
  });
});

describe('diff', () => {
  const row = (pid: number, fd: number, name: string) => `app ${pid} bob ${fd}r REG 8,1 10 ${fd} ${name}`;
  const listing = (rows: readonly string[]) =>
    ['COMMAND PID USER FD TYPE DEVICE SIZE/OFF NODE NAME', ...rows, ''].join('\n');

  it('of one input compares its first listing with its last', async () => {
    const rows = (count: number) => Array.from({ length: count }, (_, i) => row(7, i, '/srv/a'));
    writeFileSync(place('repeat.txt'), [listing(rows(2)), listing(rows(3)), listing(rows(6))].join('=======\n'));
    const { stdout } = await leaksof(['diff', place('repeat.txt'), '--json']);
    expect(JSON.parse(stdout).processes).toMatchObject([{ growth: 4, counts: [2, 3, 6] }]);
    writeFileSync(place('once.txt'), listing(rows(2)));
    const once = await leaksof(['diff', place('once.txt')]);
    expect([once.status, once.stderr]).toEqual([2, expect.stringMatching(/diff wants two listings.*--live/s)]);
  });

  it.each(['terminal', 'json', 'ndjson', 'csv', 'tsv', 'markdown'])('as %s lets no name act', async (format) => {
    writeFileSync(place('calm.txt'), listing([row(7, 1, '/srv/a')]));
    writeFileSync(place('wild.txt'), listing([row(7, 1, '/srv/a'), row(7, 2, '/srv/<script>|\\x1b[31m')]));
    const { stdout, status } = await leaksof(['diff', place('calm.txt'), place('wild.txt'), '--format', format]);
    expect(status).toBe(0);
    expect(stdout).toContain('app');
    expect(stdout).not.toContain('\u001b');
    if (format === 'markdown') expect(stdout).not.toContain('<script>');
    if (format === 'ndjson') for (const line of stdout.trimEnd().split('\n')) JSON.parse(line);
  });

  it('writes Markdown that GitHub takes, however much changed', async () => {
    const names = Array.from(
      { length: 3000 },
      (_, i) => `/srv/${'abcdefgh'[i % 8]}${'klmnoprst'[i % 9]}/<b>|name-of-file-${'wordy '.repeat(1 + (i % 100))}`,
    );
    writeFileSync(place('few.txt'), listing([row(7, 0, '/srv/a')]));
    writeFileSync(place('many.txt'), listing(names.map((name, i) => row(7 + (i % 90), i, name))));
    const { stdout } = await leaksof([
      'diff',
      place('few.txt'),
      place('many.txt'),
      '--format',
      'markdown',
      '--top',
      '5000',
    ]);
    expect(stdout.length).toBeLessThanOrEqual(65_536);
    expect(stdout).toMatch(/^## leaksof diff: /);
    expect(stdout).not.toMatch(/<b>/);
    expect(stdout.match(/<details>/g)?.length).toBe(stdout.match(/<\/details>/g)?.length);
    expect(stdout).toMatch(/\d+ more/);
  });
});
