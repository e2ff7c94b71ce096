import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { colourLevel, isUtf8 } from '../../src/command/output/appearance.ts';
import { leaksof, PROGRAM, shell } from '../support/run.ts';

const COLOUR = '\u001b[';
let file = '';

beforeAll(() => {
  file = join(mkdtempSync(join(tmpdir(), 'leaksof-terminal-')), 'dump.txt');
  const row = 'uwsgi  2445 www-data    9r   REG    8,1     1234   77 /srv/app/日本語/uploads/2026/november/cat.jpg';
  writeFileSync(
    file,
    [
      'COMMAND PID     USER   FD   TYPE DEVICE SIZE/OFF NODE NAME',
      ...Array.from({ length: 9 }, () => row),
      '/proc/2445/limits:Max open files            10                   4096                 files',
      '',
    ].join('\n'),
  );
});

describe('colour', () => {
  it.each([
    [{}, [], false],
    [{ FORCE_COLOR: '1' }, [], true],
    [{ FORCE_COLOR: '' }, [], true],
    [{ FORCE_COLOR: '0' }, [], false],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, [], false],
    [{ FORCE_COLOR: '1', NO_COLOR: '' }, [], true],
    [{ FORCE_COLOR: '1' }, ['--no-color'], false],
    [{ FORCE_COLOR: '1' }, ['--json'], false],
    [{ FORCE_COLOR: '1' }, ['--format', 'csv'], false],
    [{ FORCE_COLOR: '1' }, ['-o', '/dev/stdout'], true],
  ])('in a pipe with %j and %j is %s', async (env, words, expected) => {
    const { stdout, status } = await leaksof([file, ...words], { env });
    expect([status, stdout.includes(COLOUR)]).toEqual([0, expected]);
  });

  it('does not change what is said', async () => {
    const plain = await leaksof([file]);
    const coloured = await leaksof([file], { env: { FORCE_COLOR: '1' } });
    expect(coloured.stdout.replaceAll(/\u001b\[\d+m/g, '')).toBe(plain.stdout);
  });

  it('never goes into a file', async () => {
    const out = `${file}.out`;
    await leaksof([file, '-o', out], { env: { FORCE_COLOR: '1' } });
    expect(readFileSync(out, 'utf8')).toBe((await leaksof([file])).stdout);
  });

  it('is on on a terminal that can', () => {
    expect(colourLevel(true, {}, false)).toBe(1);
    expect(colourLevel(true, { TERM: 'dumb' }, false)).toBe(0);
    expect(colourLevel(false, {}, false)).toBe(0);
  });
});

describe('characters', () => {
  it('are ASCII where the locale is not UTF-8', async () => {
    const { stdout } = await leaksof([file], { env: { LC_ALL: 'C' } });
    expect(stdout).toMatch(/^[\n -~]*$/);
    expect((await leaksof([file])).stdout).toContain('日本語');
  });

  it('are as the first of LC_ALL, LC_CTYPE and LANG that is set says', () => {
    expect(isUtf8({ LANG: 'en_US.UTF-8' })).toBe(true);
    expect(isUtf8({ LANG: 'de_DE.utf8' })).toBe(true);
    expect(isUtf8({ LC_ALL: 'C', LANG: 'en_US.UTF-8' })).toBe(false);
    expect(isUtf8({ LC_ALL: '', LC_CTYPE: 'C.UTF-8', LANG: 'C' })).toBe(true);
    expect(isUtf8({})).toBe(false);
  });
});

describe('width', () => {
  it.each([
    ['80', 80],
    ['60', 60],
    ['200', 200],
  ])('is COLUMNS=%s', async (columns, width) => {
    const { stdout } = await leaksof([file, '--top', '1'], { env: { COLUMNS: columns, LC_ALL: 'C' } });
    const [first = '', second = ''] = stdout.split('\n');
    expect(first.length).toBeLessThanOrEqual(Math.max(width, 70));
    expect(second.startsWith('        9 x REG')).toBe(width < 120);
  });
});

describe('on a terminal', () => {
  const onTerminal = (columns: number, words: string): Promise<{ stdout: string }> =>
    shell(`script -qec "stty cols ${columns}; '${process.execPath}' '${PROGRAM}' ${words}" /dev/null < /dev/null`);

  it.runIf(process.platform === 'linux')('uses its width and its colours', async () => {
    const { stdout: there } = await shell('command -v script');
    if (there.trim() === '') return;
    const wide = await onTerminal(160, file);
    expect(wide.stdout).toContain(COLOUR);
    expect(wide.stdout).toMatch(/1 left {2}9 x REG/);
    const narrow = await onTerminal(80, `${file} --no-color`);
    expect(narrow.stdout).not.toContain(COLOUR);
    expect(narrow.stdout).toMatch(/1 left\r?\n {8}9 x REG/);
    const columns = await onTerminal(80, '--list-columns');
    expect(columns.stdout).toContain('│ field');
    for (const line of columns.stdout.split(/\r?\n/)) expect(line.length).toBeLessThanOrEqual(80);
  });
});
