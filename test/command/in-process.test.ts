import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Surroundings } from '../../src/command/definition.ts';
import { dispatch } from '../../src/command/dispatch.ts';
import { explain } from '../../src/command/help/explain.ts';
import { ClosedPipe, openSink } from '../../src/command/output/output.ts';
import { COMMANDS } from '../../src/command/registry.ts';
import { CouldNotTellError, UsageError } from '../../src/model/error.ts';

const LISTING = [
  'COMMAND PID     USER   FD   TYPE DEVICE SIZE/OFF NODE NAME',
  ...Array.from({ length: 8 }, (_, i) => `uwsgi  2445 www-data    ${i}r   REG    8,1     1234   77 /srv/app/cat.jpg`),
  'uwsgi  2445 www-data   8r   FIFO   8,1      0t0   79 /srv/app/cat.jpg.fifo',
  'uwsgi  2445 www-data    9u   REG    8,1     5678   78 /srv/app/cat.jpg (deleted)',
  '/proc/2445/limits:Max open files            10                   4096                 files',
  '',
].join('\n');

/** Surroundings whose stderr is remembered. */
class Around implements Surroundings {
  said = '';
  readonly stdin = process.stdin;
  readonly stdout = process.stdout;
  readonly stderr = new Writable({
    write: (chunk, _encoding, done) => {
      this.said += String(chunk);
      done();
    },
  });
  readonly env = { LC_ALL: 'C.UTF-8' };
  readonly platform = process.platform;
  readonly interruption = () => new AbortController().signal;
  readonly call = ['/usr/bin/node', '/opt/it is/leaksof.js', 'rank'];
}

let folder = '';
let file = '';
let around = new Around();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'leaksof-in-process-'));
  file = join(folder, 'dump.txt');
  writeFileSync(file, LISTING);
  around = new Around();
});

describe('a call', () => {
  const cases = COMMANDS.filter(({ arguments: words }) => words.some(({ name }) => name === 'SOURCE')).flatMap(
    ({ name, formats }) => formats.map((format) => [name, format] as const),
  );

  it.each(cases)('of %s writes %s whole', async (name, format) => {
    const out = join(folder, 'out');
    const process = name === 'show' ? ['uwsgi'] : [];
    expect(await dispatch([name, ...process, file, '--format', format, '-o', out], around)).toBe(0);
    expect(readFileSync(out, 'utf8')).toContain('cat.jpg');
    expect(readdirSync(folder).toSorted()).toEqual(['dump.txt', 'out']);
  });

  it('of show takes filters, and says that its counts are of chosen rows', async () => {
    const out = join(folder, 'out');
    expect(await dispatch(['show', 'uwsgi', file, '--class', 'regular', '-o', out], around)).toBe(0);
    expect(readFileSync(out, 'utf8')).toContain('counts are of matching rows only');
    await expect(dispatch(['show', 'uwsgi', file, '--class', 'inet'], around)).rejects.toThrow(
      'There is no process called uwsgi with a row that matches',
    );
  });

  it('refuses a class that does not exist', async () => {
    await expect(dispatch(['rank', file, '--class', 'sockets'], around)).rejects.toThrow(UsageError);
    await expect(dispatch(['names', file, '--class', 'pipes'], around)).rejects.toMatchObject({
      hint: 'did you mean --class pipe?',
    });
    expect(await dispatch(['names', file, '--class', 'e*', '-o', join(folder, 'out')], around)).toBe(0);
  });

  it('answers with the exit code of its verdict', async () => {
    const budget = (share: string) =>
      dispatch(['rank', file, '--max-utilisation', share, '-o', join(folder, 'out')], around);
    expect([await budget('100%'), await budget('10%')]).toEqual([0, 1]);
  });

  it('that asks for a listing or a field that is not there is refused', async () => {
    await expect(dispatch(['export', file, '--listing', '2'], around)).rejects.toThrow('There is no listing 2');
    await expect(dispatch(['export', file, '--fields', 'nmae'], around)).rejects.toThrow('no such field');
    await expect(dispatch(['rnak'], around)).rejects.toThrow(UsageError);
  });

  it.runIf(process.platform === 'linux')('of the live machine keeps to what was asked for', async () => {
    const out = join(folder, 'out.json');
    await dispatch(['rank', '--live', '--pid', String(process.pid), '--json', '-o', out], around);
    const { processes } = JSON.parse(readFileSync(out, 'utf8'));
    expect(processes.map(({ pid }: { pid: number }) => pid)).toEqual([process.pid]);
  });
});

describe('an error', () => {
  it.each([
    [new UsageError('Wrong.', 'do this'), 2, 'leaksof: Wrong.\n  do this\n'],
    [new CouldNotTellError('Gone.'), 3, 'leaksof: Gone.\n'],
    [new ClosedPipe('closed'), 0, ''],
    [Object.assign(new Error('x'), { code: 'EPIPE' }), 0, ''],
    [
      Object.assign(new Error('x'), { code: 'EMFILE', syscall: 'open', path: '/p\u001b' }),
      2,
      'leaksof: /p\\x1b: leaksof itself has no free descriptor (raise its own limit: ulimit -n)\n',
    ],
    [
      new TypeError('x is not a function'),
      2,
      'leaksof: internal error: x is not a function\n  this is a bug in leaksof; --debug prints where it happened\n',
    ],
    ['text', 2, 'leaksof: internal error: text\n  this is a bug in leaksof; --debug prints where it happened\n'],
  ])('%s ends with %i', (error, code, said) => {
    expect([explain(error, around, false), around.said]).toEqual([code, said]);
  });

  it('shows its stack and its causes with --debug', () => {
    explain(new UsageError('Wrong.', null, { cause: new Error('deep') }), around, true);
    expect(around.said).toMatch(/^\s+at .*\n/m);
    expect(around.said).toContain('caused by:\nError: deep');
  });
});

describe('a file', () => {
  it('appears when it is whole', () => {
    const path = join(folder, 'whole');
    const sink = openSink(path);
    sink.write('x'.repeat(200_000));
    expect(readdirSync(folder)).not.toContain('whole');
    sink.close();
    expect(readFileSync(path, 'utf8')).toHaveLength(200_000);
  });

  it('that is given up leaves nothing', () => {
    const sink = openSink(join(folder, 'none'));
    sink.write('half');
    sink.abandon();
    expect(readdirSync(folder)).toEqual(['dump.txt']);
  });

  it('that cannot be made is said', () => {
    expect(() => openSink(join(folder, 'no', 'such'))).toThrow(/^Cannot write .*no such file/);
  });
});
