import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { completeColumn } from '../../src/shell/completer.ts';
import { evaluate } from '../../src/shell/evaluate.ts';
import { historyFile, prepareHistory } from '../../src/shell/history.ts';

const CAPTURE = 'fixtures/incident/photo-app.txt';
const folder = mkdtempSync(join(tmpdir(), 'leaksof-shell-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function shell(code: string, ...words: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['bin/leaksof.js', 'shell', CAPTURE, '--eval', code, ...words],
    { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C.UTF-8' } },
  );
  return { status, stdout, stderr };
}

describe('leaksof shell --eval', () => {
  it('has the rows, the frame and the analyses at hand, and says how many rows there are', () => {
    const { status, stdout, stderr } = shell(`JSON.stringify({
      rows: rows.length,
      shape: df.shape,
      worst: rank().data.processes[0].command,
      target: names({ exact: true }).data.targets[0].name,
      pid: show('photo-app').data.process.pid === rank().data.processes[0].pid,
      columns: Object.keys(columns).length,
    })`);
    const found = JSON.parse(stdout);
    expect(status).toBe(0);
    expect(found).toMatchObject({ worst: 'photo-app', target: '/srv/photos/cat.jpg', pid: true });
    expect(found.shape).toEqual([found.rows, found.columns]);
    expect(stderr).toBe(`leaksof: ${found.rows} rows collected\n`);
  });

  it('prints tables as tables, data as JSON and text as it is', () => {
    expect(shell('df.head(2)').stdout).toMatch(/^╔═.*photo-app/s);
    expect(shell("df.column('class').valueCounts()").stdout).toMatch(/regular\s*│ \d+/);
    expect(shell("df.query(df.column('pid').eq(1)).print()").stdout).toBe('no rows\n');
    expect(shell('rank({ top: 1 })').stdout).toMatch(/photo-app {2}www-data {2}#/);
    expect(JSON.parse(shell('({ a: [1, null] })').stdout)).toEqual({ a: [1, null] });
    expect(shell('"two\\nlines"').stdout).toBe('two\nlines\n');
    expect(shell('undefined').stdout).toBe('');
    expect(shell('help').stdout).toMatch(/^df {2}/);
    expect(shell('help()').stdout).toMatch(/^df {2}/);
  });

  it('honours filters and is silent when asked to be', () => {
    const { stdout, stderr } = shell(
      'rows.every((row) => row.class === "inet") && rows.length',
      '--class',
      'inet',
      '-q',
    );
    expect(Number(stdout)).toBeGreaterThan(10);
    expect(stderr).toBe('');
  });

  it('ends with 2 and a sentence where the code fails', () => {
    expect(shell('nothing.here', '-q')).toEqual({
      status: 2,
      stdout: '',
      stderr: 'leaksof: --eval failed: ReferenceError: nothing is not defined\n',
    });
    expect(shell('await Promise.reject(new Error("late"))', '-q').stderr).toBe('leaksof: --eval failed: Error: late\n');
    expect(shell('1 +', '-q').stderr).toMatch(/--eval failed: SyntaxError/);
  });

  it('lets no name act on the terminal', () => {
    const listing = 'p1\ncapp\nf1\ntREG\nn/tmp/\\x1b[2Jevil\n';
    const run = (code: string): string =>
      spawnSync(process.execPath, ['bin/leaksof.js', 'shell', '-', '-q', '-e', code], {
        input: listing,
        encoding: 'utf8',
      }).stdout;
    for (const code of ['df.column("target")', 'df.loc({ columns: ["target"] }).print()', 'rank()', 'rows']) {
      expect(run(code)).toMatch(/evil/);
      expect(run(code)).not.toContain('\u001b');
    }
  });

  it('wants a terminal for its prompt', () => {
    const words = ['bin/leaksof.js', 'shell', CAPTURE];
    // Without a controlling terminal: its own session.
    const { status, stderr } = spawnSync('setsid', ['--wait', process.execPath, ...words], {
      input: '',
      encoding: 'utf8',
    });
    expect(status).toBe(2);
    expect(stderr).toMatch(/needs a terminal/);
  });
});

describe('the prompt', () => {
  /** Types into a terminal of its own, a key at a time and never ahead of the prompt or the echo: Python has a pty at hand. */
  const TYPIST = `
import os, pty, signal, sys
lines = [line.encode() for line in sys.argv[1].split('|')]
def late(*_):
    raise EOFError
signal.signal(signal.SIGALRM, late)
signal.alarm(20)
pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
out = b''
def see(wanted, since):
    global out
    while wanted not in out[since:]:
        piece = os.read(fd, 65536)
        if not piece:
            raise EOFError
        out += piece
try:
    since = 0
    while True:
        see(b'leaksof> ', since)
        since = len(out)
        for key in lines.pop(0):
            # The preview of a completion first, then the completion.
            if key == 9:
                see(b'// ocol', since)
            before = len(out)
            os.write(fd, bytes([key]))
            if key != 13:
                see(b'ocol' if key == 9 else bytes([key]), before)
except (OSError, EOFError, IndexError):
    pass
sys.stdout.buffer.write(out)
if lines:
    os.kill(pid, signal.SIGKILL)
os.waitpid(pid, 0)
`;

  it('answers, completes columns and keeps its history private', () => {
    const state = join(folder, 'state');
    const typed = ['df.shape[0] + 1000000\r', "df.column('prot\t').dtype\r", '.exit\r'].join('|');
    const { stdout, status } = spawnSync(
      'python3',
      ['-c', TYPIST, typed, process.execPath, 'bin/leaksof.js', 'shell', CAPTURE, '--no-color'],
      { encoding: 'utf8', env: { ...process.env, XDG_STATE_HOME: state, TERM: 'xterm', NODE_REPL_HISTORY: '' } },
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(/\n1000\d{3}\r/);
    expect(stdout).toMatch(/\nstring\r/);
    expect(statSync(join(state, 'leaksof', 'history')).mode & 0o777).toBe(0o600);
  });
});

describe('evaluate', () => {
  it('gives the last value of expressions, statements and awaits', async () => {
    expect(await evaluate('{ a: 1 }')).toEqual({ a: 1 });
    expect(await evaluate('const one = 1;\none + 1')).toBe(2);
    expect(await evaluate('await Promise.resolve(3)')).toBe(3);
    expect(await evaluate('const four = await Promise.resolve(4); four * 10')).toBe(40);
    expect(await evaluate('let sum = 0; for (const n of [1, 2]) sum += await n')).toBeUndefined();
    expect(await evaluate("const { join } = await import('node:path'); join('a', 'b');")).toBe('a/b');
    expect(await evaluate('')).toBeUndefined();
    await expect(evaluate('return 1 +')).rejects.toThrow(SyntaxError);
    await expect(evaluate('throw new RangeError("x")')).rejects.toThrow(RangeError);
  });
});

describe('completeColumn', () => {
  const columns = ['pid', 'ppid', 'protocol', 'class'];

  it('completes inside an open quote only', () => {
    expect(completeColumn("df.column('p", columns)).toEqual([['pid', 'ppid', 'protocol'], 'p']);
    expect(completeColumn('df.groupby(["pid", "cl', columns)).toEqual([['class'], 'cl']);
    expect(completeColumn("df.column('pid').p", columns)).toBeNull();
    expect(completeColumn("rows.filter((row) => row.name === 'it\\'s p", columns)).toBeNull();
    expect(completeColumn("'nothing", columns)).toBeNull();
  });
});

describe('history', () => {
  it('lies in the state folder of the XDG specification', () => {
    expect(historyFile({ XDG_STATE_HOME: '/s', HOME: '/h' })).toBe('/s/leaksof/history');
    expect(historyFile({ XDG_STATE_HOME: 'relative', HOME: '/h' })).toBe('/h/.local/state/leaksof/history');
    expect(historyFile({ HOME: '/h' })).toBe('/h/.local/state/leaksof/history');
  });

  it('is made private, and stays so', () => {
    const path = join(folder, 'deep', 'history');
    prepareHistory(path);
    prepareHistory(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'deep')).mode & 0o777).toBe(0o700);
  });
});
