import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { LeaksofError } from '../../src/model/error.ts';
import type { SourceResult } from '../../src/model/source.ts';
import { bytesSource } from '../../src/source/bytes.ts';
import { CHUNK_BYTES } from '../../src/source/file.ts';
import { inputSource } from '../../src/source/input.ts';
import { readError } from '../../src/source/read-error.ts';
import { type Collected, collector } from '../support/collected.ts';

const folder = mkdtempSync(join(tmpdir(), 'leaksof-input-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `lsof -F` output: one process with one regular file per name. */
function fields(pid: number, names: readonly string[]): string {
  return `p${pid}\ncapp\n${names.map((name, fd) => `f${fd}\ntREG\nn${name}\n`).join('')}`;
}

const TWO = fields(7, ['/a', '/b']);
const TWO_ROWS = ['7 app 0 /a', '7 app 1 /b'];

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function readAll(path: string, dialect?: string): Promise<Collected & { result: SourceResult }> {
  const collected = collector();
  const result = await inputSource({ path, dialect }).read(collected);
  return { ...collected, result };
}

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  // One buffer for all pieces, as sources do it: whoever keeps a piece without copying it reads nonsense.
  const buffer = Buffer.alloc(size);
  for (let at = 0; at < bytes.length; at += size) {
    const piece = bytes.subarray(at, at + size);
    buffer.set(piece);
    yield buffer.subarray(0, piece.length);
    buffer.fill(0x7e);
  }
}

async function readPieces(bytes: Uint8Array, size: number): Promise<Collected & { result: SourceResult }> {
  const collected = collector();
  const result = await bytesSource({ chunks: inPieces(bytes, size), kind: 'stdin', name: '-' }).read(collected);
  return { ...collected, result };
}

async function failure(path: string, dialect?: string): Promise<LeaksofError> {
  const error = await readAll(path, dialect).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(LeaksofError);
  expect((error as LeaksofError).exitCode).toBe(2);
  return error as LeaksofError;
}

describe('inputSource', () => {
  it('reads a file', async () => {
    const path = file('plain.txt', TWO);
    const { rowLines, result } = await readAll(path);
    expect(rowLines).toEqual(TWO_ROWS);
    expect(result.info).toEqual({ kind: 'file', name: path, dialect: 'lsof-field', time: null });
  });

  it('reads a file larger than its buffers', async () => {
    const names = Array.from({ length: 90_000 }, (_, index) => `/srv/app/upload/${index}/picture.jpg`);
    const text = fields(7, names);
    expect(text.length).toBeGreaterThan(3 * CHUNK_BYTES);
    const { rowLines } = await readAll(file('large.txt', text));
    expect(rowLines).toEqual(names.map((name, fd) => `7 app ${fd} ${name}`));
  });

  it('gives every row as it is, where lines lie across two buffers', async () => {
    const row = (fd: number): string =>
      `nginx  1000 root ${`${fd}u`.padStart(6)} REG 253,1 733 ${100000 + fd} /srv/app/${fd}.log\n`;
    const fds = Array.from({ length: 60_000 }, (_, fd) => fd);
    const text = `COMMAND PID USER     FD TYPE DEVICE SIZE/OFF NODE NAME\n${fds.map(row).join('')}`;
    const { rowLines } = await readAll(file('text.txt', text));
    expect(text.length).toBeGreaterThan(3 * CHUNK_BYTES);
    expect(rowLines).toEqual(fds.map((fd) => `1000 nginx ${fd}u /srv/app/${fd}.log`));
  });

  it('reads a named pipe', async () => {
    const path = join(folder, 'pipe');
    expect(spawnSync('mkfifo', [path]).status).toBe(0);
    const reading = readAll(path);
    spawn('sh', ['-c', `cat "$0" > "$1"`, file('piped.txt', TWO), path]);
    expect((await reading).rowLines).toEqual(TWO_ROWS);
  });

  it('takes any size of pieces', async () => {
    for (const size of [1, 2, 5, 13]) expect((await readPieces(Buffer.from(TWO), size)).rowLines).toEqual(TWO_ROWS);
  });

  it('finds a listing behind pages of warnings', async () => {
    const warnings = 'lsof: avoiding stat(/): -b was specified.\n'.repeat(3000);
    const { rowLines, result } = await readAll(file('warned.txt', warnings + TWO));
    expect(rowLines).toEqual(TWO_ROWS);
    expect(result.coverage.lines?.unplacedTotal).toBe(0);
  });

  it('reads what Windows shells write', async () => {
    const utf16 = Buffer.from(`\ufeff${TWO}`, 'utf16le');
    expect((await readPieces(utf16, 7)).rowLines).toEqual(TWO_ROWS);
    expect((await readPieces(Buffer.from(`\ufeff${TWO}`), 1)).rowLines).toEqual(TWO_ROWS);
    expect((await readAll(file('utf16be.txt', Buffer.from(utf16).swap16()))).rowLines).toEqual(TWO_ROWS);
  });

  it('takes off what a log put in front, in pieces of any size, and keeps the line numbers', async () => {
    const row = 'app 7 web 3u REG 8,1 4096 12 /a';
    const text = `${row}\n${row.replace('3u', '4u')}\nnot a row\n${row.replace('3u', '5u')}`.replace(
      /^/gm,
      '12:00:01 box: ',
    );
    for (const size of [1, 7, 4096]) {
      const { rowLines, result } = await readPieces(Buffer.from(text), size);
      expect(rowLines).toEqual(['7 app 3u /a', '7 app 4u /a', '7 app 5u /a']);
      expect(result.coverage?.lines).toMatchObject({ total: 4, rows: 3, unplaced: [{ line: 3, text: 'not a row' }] });
    }
  });

  it('lets go of an input that it refuses', async () => {
    let closed = false;
    async function* pages(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield Buffer.from(`${'Lorem ipsum dolor sit amet. '.repeat(4000)}\n`);
      } finally {
        closed = true;
      }
    }
    const reading = bytesSource({ chunks: pages(), kind: 'stdin', name: '-' }).read(collector());
    await expect(reading).rejects.toThrow(LeaksofError);
    expect(closed).toBe(true);
  });
});

describe('compressed input', () => {
  it('unpacks gzip, several members in a row too', async () => {
    const packed = Buffer.concat([gzipSync(TWO), gzipSync(fields(8, ['/c']))]);
    for (const size of [1, 10, 100_000]) {
      const { rowLines, result } = await readPieces(packed, size);
      expect(rowLines).toEqual([...TWO_ROWS, '8 app 0 /c']);
      expect(result.info.compression).toBe('gzip');
    }
  });

  it('unpacks zstd, several frames in a row too', async () => {
    const { rowLines, result } = await readAll('fixtures/compressed/listing.zst');
    expect(rowLines).toEqual([
      '1 init 0 /dev/null',
      '1 init 3u /var/log/a.log',
      '77 node 10u 127.0.0.1:80->127.0.0.1:9999',
      '88 ruby 4u /tmp/second-frame',
    ]);
    expect(result.info.compression).toBe('zstd');
    const packed = readFileSync('fixtures/compressed/listing.zst');
    for (const size of [1, 7, 90, 136]) expect((await readPieces(packed, size)).rowLines).toEqual(rowLines);
    const cut = await readPieces(packed.subarray(0, packed.length - 9), 50);
    expect(cut.rowLines.slice(0, 3)).toEqual(rowLines.slice(0, 3));
    expect(cut.result.coverage.hidden?.join()).toMatch(/zstd data of stdin stops in the middle/);
  });

  it('unpacks to many times the size of its buffers', async () => {
    const names = Array.from({ length: 200_000 }, () => '/srv/app/cat.jpg');
    const { rowLines } = await readAll(file('bomb.gz', gzipSync(fields(7, names))));
    expect(rowLines).toHaveLength(names.length);
  });

  it('gives the rows before a cut, and says that there may be more', async () => {
    const names = Array.from({ length: 20_000 }, (_, index) => `/tmp/${(index * 7919) % 20_011}`);
    const packed = gzipSync(fields(7, names));
    const { rowLines, result } = await readPieces(packed.subarray(0, packed.length >> 1), 1000);
    expect(rowLines.length).toBeGreaterThan(5000);
    expect(rowLines.length).toBeLessThan(20_000);
    expect(result.coverage.hidden?.join()).toMatch(/gzip data of stdin stops in the middle/);
  });

  it('refuses damage, and compressions that it does not know', async () => {
    const packed = gzipSync(
      fields(
        7,
        Array.from({ length: 5000 }, (_, index) => `/x/${index}`),
      ),
    );
    packed.fill(0x55, 500, 600);
    expect((await failure(file('damaged.gz', packed))).message).toMatch(/damaged\.gz cannot be unpacked/);
    const xz = await failure(file('dump.xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 4])));
    expect(xz.message).toMatch(/compressed with xz/);
    expect(xz.hint).toBe(`xz -dc ${join(folder, 'dump.xz')} | leaksof`);
  });
});

describe('what cannot be read', () => {
  it('says so of an empty input', async () => {
    expect((await failure(file('empty.txt', ''))).message).toBe(
      `${join(folder, 'empty.txt')} is empty: there is no listing to read.`,
    );
    expect((await failure(file('empty.gz', gzipSync('')))).message).toMatch(/is empty/);
    expect((await failure('/dev/null')).message).toBe('/dev/null is empty: there is no listing to read.');
  });

  it('says so of a missing file, a link to nothing, a path below a file', async () => {
    const missing = join(folder, 'missing.txt');
    expect((await failure(missing)).message).toBe(`There is no file ${missing}.`);
    symlinkSync(missing, join(folder, 'dangling'));
    expect((await failure(join(folder, 'dangling'))).message).toMatch(/There is no file/);
    expect((await failure(join(file('plain2.txt', TWO), 'below'))).message).toMatch(
      /below something that is no folder/,
    );
  });

  it('says so of a folder that is no sosreport', async () => {
    const plain = join(folder, 'plain folder');
    mkdirSync(plain);
    expect((await failure(plain)).message).toMatch(/is a folder, and no unpacked sosreport/);
    expect((await failure('/proc')).hint).toBe('leaksof --proc /proc');
  });

  it('names the command that reads a file without permission', () => {
    const denied = Object.assign(new Error('EACCES'), { code: 'EACCES' });
    const error = readError("/root/it's.txt", denied) as LeaksofError;
    expect(error.message).toBe("/root/it's.txt may not be read (permission denied).");
    expect(error.hint).toBe("sudo cat '/root/it'\\''s.txt' | leaksof");
    expect(error.exitCode).toBe(2);
  });

  it('refuses a dialect that does not exist', async () => {
    expect((await failure(file('again.txt', TWO), 'no-such')).message).toMatch(/no-such/);
  });
});
