import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { detectDialect, sampleOf } from '../../src/dialect/detect.ts';
import { parse } from '../support/parsed.ts';

const FIXTURES = fileURLToPath(new URL('../../fixtures/proc-links/', import.meta.url));

interface Descriptor {
  readonly fd: number;
  /** What readlink(2) says, bytes that are not UTF-8 as `\xNN`. */
  readonly target: string;
  /** From the permission bits that lstat(2) says; null for O_PATH. */
  readonly access: 'r' | 'w' | 'u' | null;
}

/** Read with readlink(2) and lstat(2) from the process whose descriptors every file here lists. */
const truth: { readonly pid: number; readonly user: string; readonly descriptors: readonly Descriptor[] } = JSON.parse(
  readFileSync(`${FIXTURES}truth.json`, 'utf8'),
);

const CLASSES: readonly (readonly [RegExp, string])[] = [
  [/^pipe:/, 'pipe'],
  [/^socket:/, 'other'],
  [/eventpoll/, 'epoll'],
  [/eventfd/, 'eventfd'],
  [/inotify/, 'inotify'],
  [/timerfd/, 'timerfd'],
  [/signalfd/, 'signalfd'],
  [/pidfd/, 'pidfd'],
  [/^\/memfd:/, 'memfd'],
  [/^\/dev\/null$/, 'char'],
  [/^\//, 'regular'],
];

function classOf(target: string): string | undefined {
  return CLASSES.find(([pattern]) => pattern.test(target))?.[1];
}

const plain = (target: string | undefined) => target?.replace(/ \(deleted\)$/, '');

/** `exact`: the program prints every byte, so that every target can be told. */
const FILES: readonly { file: string; dialect: string; mode: boolean; exact: boolean; pid: boolean }[] = [
  { file: 'gnu-ls-pipe.txt', dialect: 'ls', mode: true, exact: true, pid: true },
  { file: 'gnu-ls-terminal.txt', dialect: 'ls', mode: true, exact: true, pid: true },
  { file: 'gnu-ls-quoted.txt', dialect: 'ls', mode: true, exact: true, pid: false },
  { file: 'gnu-ls-paths.txt', dialect: 'find', mode: true, exact: true, pid: true },
  { file: 'busybox-ls.txt', dialect: 'ls', mode: true, exact: false, pid: true },
  { file: 'toybox-ls.txt', dialect: 'ls', mode: true, exact: false, pid: true },
  { file: 'exa.txt', dialect: 'ls', mode: true, exact: false, pid: true },
  { file: 'exa-colour.txt', dialect: 'ls', mode: true, exact: false, pid: true },
  { file: 'find-ls.txt', dialect: 'find', mode: true, exact: true, pid: true },
  { file: 'find-printf.txt', dialect: 'find', mode: false, exact: true, pid: true },
  { file: 'find-arrow.txt', dialect: 'find', mode: false, exact: true, pid: true },
  { file: 'stat.txt', dialect: 'find', mode: false, exact: true, pid: true },
  { file: 'loop.txt', dialect: 'find', mode: false, exact: true, pid: true },
];

describe('links of /proc/PID/fd, as captured', () => {
  for (const { file, dialect: name, mode, exact, pid } of FILES) {
    it(`${file}: every descriptor, with its target`, () => {
      const bytes = readFileSync(FIXTURES + file);
      const dialect = detectDialect(sampleOf(bytes));
      expect(dialect.name).toBe(name);
      const { rows, result } = parse(dialect, bytes);
      expect(result.lines.unplaced).toEqual([]);
      expect(result.lines.rows + result.lines.other).toBe(result.lines.total);
      const byNumber = new Map(rows.map((row) => [Number(row.cells.fd), row]));
      expect([...byNumber.keys()].sort((a, b) => a - b)).toEqual(truth.descriptors.map(({ fd }) => fd));
      expect(rows).toHaveLength(truth.descriptors.length);
      for (const { fd, target, access } of truth.descriptors) {
        const row = byNumber.get(fd);
        expect(row?.pid, `${fd}`).toBe(pid ? truth.pid : -1);
        if (mode) expect([row?.cells.access ?? null, row?.cells.user]).toEqual([access, truth.user]);
        if (exact || !/[^ -~]|\\x/.test(target))
          expect(plain(row?.cells.target ?? row?.cells.name)).toBe(plain(target));
        expect(row?.class).toBe(classOf(target));
      }
    });
  }

  it('gnu-ls-folders.txt: each folder its own process, -i, -n and -s in front', () => {
    const bytes = readFileSync(`${FIXTURES}gnu-ls-folders.txt`);
    const { rows, result } = parse(detectDialect(sampleOf(bytes)), bytes);
    expect(result.lines.unplaced).toEqual([]);
    const counts = new Map<number, number>();
    for (const { pid } of rows) counts.set(pid, (counts.get(pid) ?? 0) + 1);
    expect(counts.get(truth.pid)).toBe(truth.descriptors.length);
    // /proc/self was ls itself: nobody else's descriptors.
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual([-1, truth.pid]);
    expect(new Set(rows.map((row) => row.cells.user))).toEqual(new Set(['0']));
  });

  it('the folder itself tells how many descriptors there are', () => {
    for (const file of ['gnu-ls-terminal.txt', 'busybox-ls.txt', 'find-ls.txt']) {
      const bytes = readFileSync(FIXTURES + file);
      const { facts } = parse(detectDialect(sampleOf(bytes)), bytes);
      expect(facts, file).toEqual([{ pid: truth.pid, descriptors: truth.descriptors.length }]);
    }
  });

  it('lsd, plain and coloured', () => {
    for (const file of ['lsd.txt', 'lsd-colour.txt']) {
      const bytes = readFileSync(FIXTURES + file);
      const dialect = detectDialect(sampleOf(bytes));
      const { rows, result } = parse(dialect, bytes);
      expect(result.lines.unplaced).toEqual([]);
      expect(rows.map(({ cells }) => [cells.fd, cells.access, cells.name, cells.user])).toEqual([
        ['0', 'r', '/dev/null', 'root'],
        ['1', 'w', '/srv/app/out.log', 'root'],
        ['10', 'r', '/dev/null', 'root'],
        ['2', 'w', '/srv/app/out.log', 'root'],
        ['251', 'w', 'pipe:[533169]', 'root'],
      ]);
    }
  });
});

it('file(1) of several descriptors, their paths padded to one width', () => {
  const lines = ['/proc/12/fd/1:   symbolic link to /a b', '/proc/12/fd/255: broken symbolic link to pipe:[9]', ''];
  const { rows } = parse(detectDialect(sampleOf(Buffer.from(lines.join('\n')))), lines.join('\n'));
  expect(rows.map(({ pid, cells }) => [pid, cells.fd, cells.name])).toEqual([
    [12, '1', '/a b'],
    [12, '255', 'pipe:[9]'],
  ]);
});
