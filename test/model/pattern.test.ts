import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PATTERN_BYTES, patternOf } from '../../src/model/pattern.ts';

describe('patternOf', () => {
  it.each([
    ['/tmp/upload-0001.jpg', '/tmp/upload-*.jpg'],
    ['/tmp/upload-7.jpg', '/tmp/upload-*.jpg'],
    ['/data/part-00042', '/data/part-*'],
    ['/tmp/tmp.Ab3dE9xQ', '/tmp/tmp.*'],
    ['/tmp/tmpab12cd_3', '/tmp/tmp*'],
    ['/tmp/phpAb3dE9', '/tmp/php*'],
    ['/tmp/ffiCvbwRW', '/tmp/ffi*'],
    ['/tmp/sess_4vq8h1k2l0f9d8s7a6p5o4i3u2', '/tmp/sess_*'],
    ['/mnt/.nfs000000000d4c9f8a00000001', '/mnt/.nfs*'],
    ['/srv/es/indices/Ab3dE9xQTyuVw-0pLkJhGg/2/index', '/srv/es/indices/*/*/index'],
    ['/data/550e8400-e29b-41d4-a716-446655440000', '/data/*'],
    ['/run/net/fe53fe5029258e61eb7a9173ec80150ea3595abe7d69e47af064f451212110bf.sock', '/run/net/*.sock'],
    ['/repo/.git/objects/3f/ab12cd34ef567890ab12cd34ef567890ab12cd', '/repo/.git/objects/*/*'],
    ['/var/cache/nginx/c/29/b7f54b2df7773722d382f4809d65029c', '/var/cache/nginx/*/*/*'],
    ['/var/log/app-2024-01-02.log', '/var/log/app-*.log'],
    ['/var/log/app-2024-01-02T03:04:05.log', '/var/log/app-*.log'],
    ['/data/2024/01/02/x.log', '/data/*/*/*/x.log'],
    ['/var/lib/postgresql/14/main/base/16384/2619', '/var/lib/postgresql/14/main/base/*/*'],
    ['/proc/123/task/456/status', '/proc/*/task/*/status'],
    ['/run/user/1000/bus', '/run/user/*/bus'],
    ['/SYSV0052e2c1', '/SYSV*'],
    ['/tmp/a-17 (deleted)', '/tmp/a-* (deleted)'],
    ['/srv/データ/ファイル12.db', '/srv/データ/ファイル*.db'],
  ])('blanks ids: %s', (target, pattern) => {
    expect(patternOf(target)).toBe(pattern);
  });

  it.each([
    '/srv/app/cat.jpg',
    '/usr/lib/x86_64-linux-gnu/libssl.so.3',
    '/app/lib/libcrypto.so.1.1',
    '/home/u/.venv/lib/python3.11/site-packages/_cffi.cpython-311-x86_64-linux-gnu.so',
    '/home/u/.venv/bin/python3',
    '/usr/bin/python3.11',
    '/opt/java-11-openjdk-amd64/lib/libjvm.so',
    '/dev/sda1',
    '/dev/pts/3',
    '/srv/u/jquery-3.6.0.min.js',
    '/srv/x/video.mp4',
    '/srv/x/db.sqlite3',
    '/srv/x/logo2x.png',
    '/srv/internationalization.txt',
    '/srv/app/ThisIsAVeryLongFileNameForTesting.txt',
    '/srv/app/XMLHttpRequest.js',
    '/srv/app/OpenPGPKeyring.txt',
    '/tmp/tmpdownload',
    '/tmp/tmp_uploads',
    '/tmp/session-deadbeef',
    '/tmp/10.0.0.1.sock',
    '/tmp/.X11-unix/X0',
    '/memfd:wayland-cursor',
    '/tmp/real (deleted)',
    'protocol: TCPv6',
    "can't identify protocol",
    'KOBJECT_UEVENT',
    'socket',
  ])('keeps what tells files apart: %s', (target) => {
    expect(patternOf(target)).toBe(target);
  });

  it.each([
    ['10.0.0.1:45678->10.0.0.2:443', '10.0.0.1:*->10.0.0.2:443'],
    ['10.0.0.2:443->10.0.0.1:45678', '10.0.0.2:443->10.0.0.1:*'],
    ['10.0.0.1:12345->10.0.0.2:443', '10.0.0.1:*->10.0.0.2:443'],
    ['10.0.0.1:8080->10.0.0.2:9200', '10.0.0.1:8080->10.0.0.2:9200'],
    ['10.0.0.1:40000->10.0.0.2:50051', '10.0.0.1:*->10.0.0.2:50051'],
    ['10.0.0.1:40000->10.0.0.2:27017', '10.0.0.1:*->10.0.0.2:27017'],
    ['localhost:http-alt->localhost:59388', 'localhost:http-alt->localhost:*'],
    ['[::1]:35220->[::1]:ssh', '[::1]:*->[::1]:ssh'],
    [':8080->:59372', ':8080->:*'],
    ['*:80', '*:80'],
    ['*:45678', '*:*'],
  ])('blanks the port the system picked: %s', (target, pattern) => {
    expect(patternOf(target)).toBe(pattern);
  });

  it.each([
    ['pipe', 'pipe'],
    ['pipe:[757093]', 'pipe'],
    ['socket:[123]', 'socket'],
    ['anon_inode:[eventpoll]', '[eventpoll]'],
    ['[eventpoll:9,11,...]', '[eventpoll]'],
    ['[eventfd:1]', '[eventfd]'],
    ['anon_inode:inotify', 'inotify'],
    ['anon_inode:anon_inode:/srv/a', '/srv/a'],
    ['mnt:[4026531840]', 'mnt:[*]'],
    ['->0x1234abcd5678', '->*'],
    ['count=0, state=0xa', 'count=*, state=*'],
  ])('blanks what the kernel numbers: %s', (target, pattern) => {
    expect(patternOf(target)).toBe(pattern);
  });

  const lower = 'abcdefghijklmnopqrstuvwxyz';
  const alnum = `${lower}${lower.toUpperCase()}0123456789`;
  const drawn = (alphabet: string, length: number) =>
    fc.string({ unit: fc.constantFrom(...alphabet), minLength: length, maxLength: length });
  const ids: [string, fc.Arbitrary<string>, number][] = [
    ['counter', fc.nat(1e6).map((n) => `/srv/up/img${n}.jpg`), 1],
    ['java', drawn('0123456789', 18).map((id) => `/tmp/upload_${id}.tmp`), 1],
    ['uuid', fc.uuid().map((id) => `/srv/up/${id}.jpg`), 0.99],
    ['md5', drawn('0123456789abcdef', 32).map((id) => `/srv/up/${id}.jpg`), 1],
    ['mktemp', drawn(alnum, 10).map((id) => `/tmp/tmp.${id}`), 0.95],
    ['python', drawn(`${lower}0123456789_`, 8).map((id) => `/tmp/tmp${id}`), 0.93],
    ['mkstemp', drawn(alnum, 6).map((id) => `/tmp/upload-${id}`), 0.8],
    ['base64url', drawn(`${alnum}-_`, 22).map((id) => `/srv/up/${id}.jpg`), 0.96],
  ];
  it.each(ids)('reads random names as one line: %s', (_kind, names, least) => {
    const counts = new Map<string, number>();
    // An unbiased draw: fast-check's own prefers small and repeated values.
    const sample = fc.sample(fc.noBias(names), { numRuns: 2000, seed: 7 });
    for (const name of sample) counts.set(patternOf(name), (counts.get(patternOf(name)) ?? 0) + 1);
    expect(Math.max(...counts.values()) / sample.length).toBeGreaterThanOrEqual(least);
  });

  const piece = fc.oneof(
    fc.stringMatching(/^[A-Za-z0-9]{1,12}$/),
    fc.constantFrom(
      '/',
      '-',
      '_',
      '.',
      ':',
      '*',
      '->',
      ' ',
      '\\',
      'tmp',
      'é',
      '2024',
      '.so',
      '[',
      ']',
      'pipe:[1]',
      'anon_inode:',
      ' (deleted)',
    ),
    fc.string({ unit: 'grapheme', maxLength: 4 }),
  );
  const target = fc
    .tuple(fc.constantFrom('/', '/usr/', '/dev/', '/proc/', ''), fc.array(piece, { maxLength: 12 }))
    .map(([root, parts]) => root + parts.join(''));

  it('is idempotent', () => {
    fc.assert(
      fc.property(target, (text) => {
        expect(patternOf(patternOf(text))).toBe(patternOf(text));
      }),
      { numRuns: 3000 },
    );
  });

  it('is bounded, and cuts between characters', () => {
    const limit = PATTERN_BYTES + ' (deleted)'.length;
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('/', 'a', 'é', '語', '-', 'word'), { minLength: 400, maxLength: 2500 }),
        (parts) => {
          const pattern = patternOf(`/${parts.join('')}`);
          expect(Buffer.byteLength(pattern)).toBeLessThanOrEqual(limit);
          expect(pattern).not.toContain('\\x');
          expect(patternOf(pattern)).toBe(pattern);
        },
      ),
    );
  });

  it('is a glob that matches its target', () => {
    const path = fc.array(piece, { minLength: 1, maxLength: 8 }).map((parts) => `/${parts.join('')}`);
    fc.assert(
      fc.property(path, (text) => {
        const name = Buffer.from(text)
          .toString('utf8')
          .replace(/ \(deleted\)$/, '');
        const glob = patternOf(name)
          .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
          .replaceAll('*', '[\\s\\S]*');
        expect(name).toMatch(new RegExp(`^${glob}$`));
      }),
    );
  });
});
