import { spawnSync } from 'node:child_process';
import { chmodSync, closeSync, cpSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { canBecomeNobody, NOBODY } from '../support/as-user.ts';
import { useFactories } from '../support/factory.ts';
import { leaksof, PROGRAM } from '../support/run.ts';
import { useScripts } from '../support/script.ts';

const { place, script } = useScripts();
const factory = useFactories();
const CAPTURED = fileURLToPath(new URL('../../fixtures/proc/web/proc', import.meta.url));

/** A watch so short that it ends by itself where it begins. */
const SHORT = ['watch', '--every', '50ms', '--for', '120ms', '-q', '--json'];

/** The same by a user who has no right to look at others. */
function asNobody(...words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...SHORT, ...words], {
    uid: NOBODY,
    gid: NOBODY,
    cwd: '/',
    encoding: 'utf8',
  });
  return { status, stderr, stdout };
}

describe.skipIf(process.platform !== 'linux')('a budget that could never be judged', () => {
  it.each([
    [['--min-disk', '/nowhere=1h'], 2, /--min-disk \/nowhere: there is no such folder/],
    [['--min-disk', '/proc=10%'], 2, /has no size and is never full/],
    [['--max-utilisation', '90%', '--pid', '4000000'], 3, /There is no process 4000000/],
    [['--max-growth', '5', '--on-alert', '/nowhere/hook'], 2, /there is no such program/],
    [['--max-growth', '5', '--on-alert', '/etc/passwd'], 2, /may not be executed/],
    [['--max-pipe', '90%', '--proc', '/tmp'], 2, /is for this machine/],
    [['--max-growth', '5', '--sustained', '2m'], 2, /no budget could ever be broken/],
  ])('%j is refused before the watch begins', async (words, code, message) => {
    const { status, stderr, stdout } = await leaksof([...SHORT, ...words]);
    expect([status, stdout]).toEqual([code, '']);
    expect(stderr).toMatch(message);
  });

  it('leaves no file behind, and starts no job', async () => {
    const words = ['--min-disk', '/nowhere=1h', '--save', place('w.ndjson'), '--', 'touch', place('ran')];
    expect((await leaksof(['watch', ...words])).status).toBe(2);
    expect(statSync(place('w.ndjson'), { throwIfNoEntry: false })).toBeUndefined();
    expect(statSync(place('ran'), { throwIfNoEntry: false })).toBeUndefined();
  });

  it.each([
    [['--min-disk', '/var']],
    [['--min-disk', '/var=10']],
    [['--min-disk', '/var=much']],
    [['--min-disk', '=1h']],
    [['--min-disk', '/var=0%']],
    [['--min-disk', '/var=0s']],
    [['--min-disk', '/var=0B']],
    [['--min-disk', '/var=101%']],
    [['--max-pipe', '100%']],
    [['--max-growth', '5/0s']],
    [['--max-growth', '5/']],
    [['--max-deleted', 'lots']],
    [['--on-alert', script('exit 0')]],
    [['--sustained', '2m']],
    [['--cooldown', '2m']],
    [['--max-growth', '5', '--hook-timeout', '5s']],
    [['--max-growth', '5', '--on-alert', script('exit 0'), '--hook-timeout', '30d']],
    [['--max-growth', '5', '--on-alert', script('exit 0'), '--hook-timeout', '0']],
    [['--health', '8099']],
  ])('is no budget at all: %j', async (words) => {
    expect((await leaksof(['watch', ...words])).status).toBe(2);
  });

  it('is said where the port of /healthz is taken', async () => {
    const other = createServer();
    const port = await new Promise<number>((resolve) => {
      other.listen(0, '127.0.0.1', () => resolve((other.address() as { port: number }).port));
    });
    const { status, stderr } = await leaksof([...SHORT, '--health', `127.0.0.1:${port}`]);
    other.close();
    expect([status, stderr]).toEqual([2, expect.stringMatching(/listens there already/)]);
  });
});

describe.skipIf(process.platform !== 'linux' || process.getuid?.() !== 0)('as root', () => {
  it.each([
    ['--max-utilisation', '99%'],
    ['--max-growth', '100000'],
    ['--max-deleted', '1000TB'],
    ['--min-disk', '/tmp=1B'],
    // Elsewhere on the machine one may be full.
    ['--max-pipe', '99%', String(process.pid)],
  ])('%s is judged', async (option, value, ...watched) => {
    const { stdout, stderr } = await leaksof([...SHORT, option, value, ...watched]);
    expect([stderr, JSON.parse(stdout)]).toMatchObject(['', { budgets: [{ option: option.slice(2), alerts: 0 }] }]);
    expect(JSON.parse(stdout).budgets[0].value).not.toBeNull();
  });
});

describe.runIf(canBecomeNobody())('as an ordinary user', () => {
  it.each([
    ['--max-utilisation', '99%'],
    ['--max-growth', '100000'],
    ['--min-disk', '/tmp=1B'],
  ])('%s is judged: the kernel counts', (option, value) => {
    const { stdout, stderr } = asNobody(option, value);
    expect([stderr, JSON.parse(stdout)]).toMatchObject(['', { budgets: [{ alerts: 0 }] }]);
    expect(JSON.parse(stdout).budgets[0].value).not.toBeNull();
  });

  it('--max-deleted is judged for own processes, and refused for others, with the line to type', async () => {
    const { pid } = await factory('deleted', { uid: NOBODY });
    const own = asNobody('--max-deleted', '1000TB', '--pid', String(pid));
    expect(own).toMatchObject({ status: 0, stderr: '' });
    expect(JSON.parse(own.stdout)).toMatchObject({ verdict: 'pass', budgets: [{ verdict: 'pass' }] });
    for (const words of [[], ['--pid', String(process.pid)]]) {
      const { status, stderr, stdout } = asNobody('--max-deleted', '1000TB', ...words);
      expect([status, stdout]).toEqual([3, '']);
      expect(stderr).toMatch(/--max-deleted could never be judged: \d+ process/);
      expect(stderr).toMatch(/sudo \S+ \S+ watch .*--max-deleted 1000TB/);
    }
  });

  it('--max-exits is judged, but for whoever started the watch', async () => {
    const { pid } = await factory('regular');
    const { stdout, stderr } = asNobody('--max-exits', '5/min', '--pid', String(pid));
    expect([stderr, JSON.parse(stdout).budgets]).toMatchObject(['', [{ value: 0, alerts: 0 }]]);
    const parent = asNobody('--max-exits', '5/min', '--pid', String(process.pid));
    expect([parent.status, parent.stderr]).toEqual([3, expect.stringMatching(/it started this watch/)]);
  });

  it('--max-pipe is refused for processes of others', () => {
    for (const words of [[], ['--pid', String(process.pid)]]) {
      const { status, stderr } = asNobody('--max-pipe', '90%', ...words);
      expect([status, stderr]).toEqual([3, expect.stringMatching(/--max-pipe could never be judged: /)]);
    }
  });

  it('--min-disk is refused for a folder that may not be entered', () => {
    mkdirSync(place('closed/inside'), { recursive: true });
    chmodSync(place('.'), 0o755);
    chmodSync(place('closed'), 0o700);
    const { status, stderr } = asNobody('--min-disk', `${place('closed/inside')}=10%`);
    expect([status, stderr]).toEqual([3, expect.stringMatching(/no permission to look there/)]);
  });

  it('counts are refused where the kernel gives none and descriptors may not be listed', () => {
    // A captured tree has no counts, as a kernel before 6.2; its folders belong to us.
    cpSync(CAPTURED, place('proc'), { recursive: true, verbatimSymlinks: true });
    chmodSync(place('.'), 0o755);
    const pid = 26040;
    chmodSync(place(`proc/${pid}/fd`), 0o700);
    for (const option of ['--max-utilisation', '--max-growth']) {
      const { status, stderr } = asNobody('--proc', place('proc'), option, '1', '--pid', String(pid));
      expect([option, status]).toEqual([option, 3]);
      expect(stderr).toMatch(new RegExp(`${option} could never be judged: process ${pid} cannot be counted`));
    }
    expect(asNobody('--proc', place('proc'), '--max-growth', '1', '--pid', '26055')).toMatchObject({ status: 0 });
  });
});

describe.skipIf(process.platform !== 'linux')('in a journal', () => {
  it('lines have a priority, where it is the journal that reads them', () => {
    const words = ['--min-disk', '/tmp=1000TB', '--cooldown', '0'];
    for (const [named, prefix] of [
      [true, '<2>'],
      [false, ''],
    ] as const) {
      const stderr = openSync(place(`err-${named}`), 'w');
      const { dev, ino } = statSync(place(`err-${named}`));
      const stream = named ? `${dev}:${ino}` : `${dev}:1`;
      spawnSync(process.execPath, [PROGRAM, ...SHORT, ...words], {
        stdio: ['ignore', 'ignore', stderr],
        env: { ...process.env, JOURNAL_STREAM: stream },
      });
      closeSync(stderr);
      const lines = readFileSync(place(`err-${named}`), 'utf8').split('\n');
      expect(lines[0]).toMatch(new RegExp(`^${prefix}leaksof: critical alert: /tmp has .* free`));
    }
  });
});
