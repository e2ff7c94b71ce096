import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { leaksof, PROGRAM, shell } from '../support/run.ts';

/** A listing with one busy process, one idle one and a limit. */
const LISTING = [
  'COMMAND PID     USER   FD   TYPE DEVICE SIZE/OFF NODE NAME',
  'uwsgi  2445 www-data  cwd    DIR    8,1     4096    2 /srv/app',
  ...Array.from({ length: 9 }, (_, i) => `uwsgi  2445 www-data    ${i}r   REG    8,1     1234   77 /srv/app/cat.jpg`),
  'nginx   812     root    0u   CHR    1,3      0t0    5 /dev/null',
  '/proc/2445/limits:Max open files            10                   4096                 files',
  '',
].join('\n');

let folder = '';
let file = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'leaksof-command-'));
  file = join(folder, 'dump.txt');
  writeFileSync(file, LISTING);
});

describe('the first word', () => {
  it('may be a path: that is rank', async () => {
    const bare = await leaksof([file]);
    expect(bare).toEqual(await leaksof(['rank', file]));
    expect(bare.status).toBe(0);
    expect(bare.stdout).toContain('uwsgi');
  });

  it('may be an option: that is rank too', async () => {
    const { stdout } = await leaksof(['--json', file]);
    expect(JSON.parse(stdout).command).toBe('rank');
  });

  it.each([
    [['2445'], 'leaksof show 2445'],
    [['nmaes'], 'did you mean: leaksof names'],
    [['no/such/file.txt'], 'no such file'],
    [['qqqqqqqq'], 'leaksof --help'],
    [['help', 'rnak'], 'did you mean: leaksof rank'],
    [['rank', '--jsn'], 'did you mean --json?'],
    [['rank', '--top', 'x'], 'wants a whole number of at least 1'],
    [['rank', '--top', '0'], 'wants a whole number of at least 1'],
    [['rank', '--top'], '--top wants a value: N'],
    [['rank', '--max-utilisation', '80'], 'is that 80%?'],
    [['rank', '--by', 'procss'], 'did you mean process?'],
    [['rank', '--format', 'jsn'], 'did you mean json?'],
    [['rank', '--json', '--format', 'csv'], 'one of them, not both'],
    [['rank', '--report', 'json'], 'wants FORMAT=FILE'],
    [['rank', '--all', '--counts'], 'one of them, not both'],
    [['rank', '--live', 'dump.txt'], 'one of them, not both'],
    [['rank', '--listing', '0', 'dump.txt'], 'wants a number from 1, last or all'],
    [['rank', 'a', 'b'], 'Too many words: rank takes SOURCE'],
    [['--json', 'names', 'dump.txt'], 'the command comes first: leaksof names'],
    [['show'], 'show wants PROCESS'],
    [['export', '--fields', 'nmae'], 'did you mean name?'],
    [['export', '--format', 'json'], 'this command prints ndjson, csv, tsv'],
    [['export', '--listing', 'last', 'dump.txt'], 'rows stream'],
    [['rank', '--dialect', 'lsof-field'], '--dialect wants a listing'],
  ])('%j is refused with advice', async (words, advice) => {
    const { stdout, stderr, status } = await leaksof(words, { cwd: folder });
    expect(stderr).toContain(advice);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect([stdout, status]).toEqual(['', 2]);
  });
});

describe('the source', () => {
  it('is stdin if that is a pipe or a file', async () => {
    const piped = await leaksof(['--json'], { input: LISTING });
    expect(JSON.parse(piped.stdout).source.kind).toBe('stdin');
    const redirected = await shell(`leaksof --json < '${file}'`);
    expect(JSON.parse(redirected.stdout).source.kind).toBe('stdin');
  });

  it('is the live machine where stdin is /dev/null', async () => {
    const { stdout } = await shell('leaksof --json --counts < /dev/null');
    expect(JSON.parse(stdout).source.kind).toBe(process.platform === 'linux' ? 'live' : 'lsof');
  });

  it('is the live machine with --live, whatever stdin is', async () => {
    const { stdout } = await leaksof(['--live', '--json', '--counts'], { input: LISTING });
    expect(JSON.parse(stdout).source.kind).not.toBe('stdin');
  });

  it('is stdin with -, which must not be empty', async () => {
    const { stdout, stderr, status } = await shell('leaksof - < /dev/null');
    expect([stdout, status]).toEqual(['', 2]);
    expect(stderr).toMatch(/^leaksof: stdin is empty/);
  });

  it('is said to be awaited after two silent seconds, unless --quiet', async () => {
    // The rows come when it has been said: on a busy machine the start alone takes a second.
    const said = `${file}.said`;
    const awaited = `until grep -q 'waiting for a listing on stdin' '${said}'; do sleep 0.1; done`;
    const [loud, quiet] = await Promise.all([
      shell(`: > '${said}'; { ${awaited}; cat '${file}'; } | leaksof --json 2> '${said}'`),
      shell(`{ sleep 2.6; cat '${file}'; } | leaksof --quiet --json`),
    ]);
    expect(quiet.stderr).toBe('');
    expect(JSON.parse(loud.stdout).processes).toHaveLength(2);
  });
});

describe('the exit code', () => {
  it.each([
    [['--pid', '2445', '--max-utilisation', '95%'], 0],
    // nginx's limit is not known: it may be the worst of all.
    [['--max-utilisation', '95%'], 3],
    [['--max-utilisation', '0.5'], 1],
    [[], 0],
    [['--pid', '812', '--max-utilisation', '50%'], 3],
  ])('with %j is %i', async (words, code) => {
    const { status, stdout } = await leaksof([...words, file]);
    expect([status, stdout === '']).toEqual([code, false]);
  });

  it('is 3 where the process is not there', async () => {
    const { status, stderr } = await leaksof(['show', '999999', file]);
    expect([status, stderr.startsWith('leaksof: ')]).toEqual([3, true]);
  });

  it('is 0 where the reader has had enough', async () => {
    const many = join(folder, 'many.txt');
    const row = 'nginx   812     root    0u   CHR    1,3      0t0    5 /dev/null';
    writeFileSync(many, `${LISTING.split('\n')[0]}\n${`${row}\n`.repeat(20_000)}`);
    for (const words of ['export', 'rank --json', 'export --format csv']) {
      const { stdout, stderr } = await shell(`{ leaksof ${words} '${many}'; echo $? >&2; } | head -n 1`);
      expect(stdout.split('\n')).toHaveLength(2);
      expect(stderr).toBe('0\n');
    }
  });

  it('is 130 after an interrupt, and no half-written file stays', async () => {
    const out = mkdtempSync(join(folder, 'interrupted-'));
    const child = spawn(process.execPath, [PROGRAM, 'export', '-', '-o', join(out, 'rows.ndjson')], { stdio: 'pipe' });
    await vi.waitUntil(() => readdirSync(out).length > 0, { timeout: 60_000 });
    child.kill('SIGINT');
    const [code] = await once(child, 'close');
    expect([code, readdirSync(out)]).toEqual([130, []]);
  });
});

describe('files', () => {
  it('are written whole, beside what stdout gets', async () => {
    const out = mkdtempSync(join(folder, 'out-'));
    const words = ['-o', join(out, 'a.csv'), '--format', 'csv', '--report', `json=${join(out, 'b=c.json')}`];
    const { stdout, status } = await leaksof([file, ...words, '--report', `markdown=${join(out, 'd.md')}`]);
    expect([stdout, status]).toEqual(['', 0]);
    expect(readdirSync(out).toSorted()).toEqual(['a.csv', 'b=c.json', 'd.md']);
    expect(JSON.parse(readFileSync(join(out, 'b=c.json'), 'utf8')).processes[0].pid).toBe(2445);
    expect(readFileSync(join(out, 'a.csv'), 'utf8')).toContain('2445,');
  });

  it('that stand are not harmed by a run that fails', async () => {
    const out = join(folder, 'kept.json');
    writeFileSync(out, 'kept');
    const { status } = await leaksof(['export', '/nonexistent.txt', '-o', out]);
    expect(status).toBe(2);
    expect(readFileSync(out, 'utf8')).toBe('kept');
    expect(readdirSync(folder).filter((name) => name.includes('.tmp'))).toEqual([]);
  });

  it('that cannot be written are an error', async () => {
    const { status, stderr } = await leaksof([file, '-o', join(folder, 'no', 'such', 'x.json')]);
    expect(status).toBe(2);
    expect(stderr).toContain('no such file');
  });

  it('may be a device', async () => {
    const { stdout } = await shell(`leaksof --json -o /dev/stdout '${file}' | cat`);
    expect(JSON.parse(stdout).command).toBe('rank');
  });
});

describe('a permission gap', () => {
  it.runIf(process.platform === 'linux' && process.getuid?.() === 0)(
    'prints the exact line that closes it',
    async () => {
      const nobody = ['--reuid=65534', '--regid=65534', '--clear-groups'].join(' ');
      const { stdout, stderr } = await shell(
        `setpriv ${nobody} '${process.execPath}' '${PROGRAM}' show 1 --live --json`,
      );
      const { process: shown, coverage } = JSON.parse(stdout);
      expect([shown.pid, shown.classes, coverage.processes.refused, coverage.complete]).toEqual([1, null, 1, false]);
      expect(stderr).toContain(`sudo ${process.execPath} ${PROGRAM} show 1 --live --json`);
    },
  );
});

describe('an error', () => {
  it('shows its stack with --debug only', async () => {
    const plain = await leaksof(['/nonexistent.txt', '--debug']);
    expect(plain.status).toBe(2);
    const foreign = await leaksof(['-', '--debug'], { input: 'not a listing\n' });
    expect(foreign.stderr).toMatch(/^\s+at /m);
  });

  it('never lets a hostile word act', async () => {
    const { stderr } = await leaksof(['\u001b[31mred\u202e']);
    expect(stderr).toContain('\\x1b[31mred\\u{202e}');
    expect(stderr).not.toContain('\u001b');
  });
});
