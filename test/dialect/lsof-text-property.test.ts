import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAMAGES } from './damage/kinds.ts';
import { linesOf } from './damage/lines.ts';
import { fdOf, type Open, render } from './lsof-text-render.ts';
import { fixtureCaptures, type Parsed, parseText } from './lsof-text-support.ts';

const command = fc.oneof(
  fc.constantFrom(
    'node',
    'java',
    '1234567',
    ':',
    '(sd-pam)',
    'kworker/u',
    'my\\x20app',
    'tab\\tcmd',
    '/usr/sbin',
    'ünïcödé',
  ),
  fc.stringMatching(/^[a-zA-Z0-9_.:@/()-]{1,9}$/),
);
const user = fc.oneof(
  fc.constantFrom('root', 'user with space', 'CORP\\jsmith', 'svc@corp.example.com', '65534', 'ünï', 'www-data'),
  fc.stringMatching(/^[a-z_][a-z0-9_-]{0,11}$/),
);
const path = fc.oneof(
  fc.constantFrom(
    '/a  b',
    '/x (deleted)',
    '/a TCP *:80 (LISTEN)',
    '/1234 root 5u REG',
    '/日本語',
    '/a\\nb',
    '/a -> b',
    '/tmp/\\xff',
    '/COMMAND PID USER',
    '/0t0 8,1',
    '/',
    '/lsof: WARNING: x',
    '/# a',
    '/...',
    '/=======',
  ),
  fc.stringMatching(/^\/[ -~]{0,60}$/).map((name) => name.trimEnd()),
);

const rest = fc.oneof(
  fc.record({
    type: fc.constantFrom('REG', 'DIR', 'CHR', 'LINK'),
    device: fc.tuple(fc.nat(255), fc.nat(999)).map((pair) => pair.join(',')),
    size: fc.oneof(
      fc.nat().map(String),
      fc.nat(9_999_999).map((offset) => `0t${offset}`),
    ),
    node: fc.nat().map(String),
    name: path,
  }),
  fc.record({
    type: fc.constantFrom('IPv4', 'IPv6'),
    device: fc.nat().map(String),
    size: fc.constant('0t0'),
    node: fc.constantFrom('TCP', 'UDP'),
    name: fc.constantFrom(
      '*:80 (LISTEN)',
      '127.0.0.1:80->127.0.0.1:41000 (ESTABLISHED)',
      '[::1]:443 (CLOSE_WAIT)',
      '*:53',
    ),
  }),
  fc.record({
    type: fc.constantFrom('unknown', 'KQUEUE'),
    device: fc.constant(''),
    size: fc.constant(''),
    node: fc.constant(''),
    name: fc.constantFrom('/proc/1/cwd (readlink: Permission denied)', 'count=0, state=0xa'),
  }),
  fc.record({
    type: fc.constant('unix'),
    device: fc.constant('0x00000000cdba939e'),
    size: fc.constant('0t0'),
    node: fc.nat().map(String),
    name: fc.constantFrom('type=STREAM (CONNECTED)', '/run/a b type=DGRAM', '@x'),
  }),
);

const open: fc.Arbitrary<Open> = fc
  .record({
    process: fc.record({
      command,
      pid: fc.integer({ min: 1, max: 4_194_304 }),
      ppid: fc.integer({ min: 0, max: 99_999 }),
      user,
    }),
    thread: fc.record({
      tid: fc.option(fc.integer({ min: 1, max: 99_999 })),
      task: fc.constantFrom('GC\\x20Thr', 'worker', '12'),
    }),
    label: fc.oneof(
      fc.nat(9999).map(String),
      fc.nat(999).map((n) => `*${String(n).padStart(3, '0')}`),
      fc.constantFrom('cwd', 'txt', 'mem', 'DEL'),
    ),
    mode: fc.constantFrom('', 'r', 'w', 'u') as fc.Arbitrary<Open['mode']>,
    lock: fc.constantFrom('', '', '', 'R', 'W', 'u') as fc.Arbitrary<Open['lock']>,
    links: fc.oneof(fc.constant(''), fc.nat(9).map(String)),
    rest,
  })
  .map((row) => {
    const numbered = /^[\d*]/.test(row.label);
    return {
      ...row.process,
      ...row.thread,
      label: row.label,
      mode: numbered ? row.mode : '',
      lock: numbered ? row.lock : '',
      links: row.links,
      ...row.rest,
      size: row.label === 'DEL' ? '' : row.rest.size,
    };
  });

const options = fc.record({
  threads: fc.boolean(),
  parents: fc.boolean(),
  links: fc.boolean(),
  header: fc.constant(true),
});

const wanted = (row: Open): string[] => [row.command, String(row.pid), row.user, fdOf(row), row.type, row.name];
const found = ({ rows }: Parsed): string[][] =>
  rows.map((row) => [row.command ?? '', String(row.pid), row.user ?? '', row.fd ?? '', row.type ?? '', row.name ?? '']);

describe('rendered listings', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(fc.array(open, { minLength: 1, maxLength: 12 }), options, (rows, how) => {
        const parsed = parseText(render(rows, how));
        expect(parsed.lines.unplaced).toEqual([]);
        expect(found(parsed)).toEqual(rows.map(wanted));
        expect(parsed.rows.map((row) => row.tid)).toEqual(
          rows.map((row) => (how.threads && row.tid !== null ? String(row.tid) : undefined)),
        );
        expect(parsed.rows.map((row) => row.node)).toEqual(rows.map((row) => (row.node === '' ? undefined : row.node)));
      }),
      { numRuns: 400 },
    );
  });

  it('give only true rows without their header', () => {
    fc.assert(
      fc.property(fc.array(open, { minLength: 1, maxLength: 12 }), (rows) => {
        const parsed = parseText(render(rows, { threads: false, parents: false, links: false, header: false }));
        const got = found(parsed);
        for (const [i, row] of parsed.rows.entries()) expect(got[i]).toEqual(wanted(rows[row.line - 1]));
      }),
      { numRuns: 400 },
    );
  });
});

const captures = fixtureCaptures().map((capture) => linesOf(capture));

/** A stretch of a capture, damaged as pastes are, then cut or with bytes changed. */
const wreck = fc
  .record({
    capture: fc.nat(captures.length - 1),
    from: fc.nat(300),
    damage: fc.constantFrom(...Object.keys(DAMAGES)),
    headed: fc.boolean(),
    cut: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    flips: fc.array(
      fc.record({ at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), byte: fc.nat(255) }),
      { maxLength: 5 },
    ),
  })
  .map(({ capture, from, damage, headed, cut, flips }) => {
    const lines = captures[capture];
    const first = Math.min(from, Math.max(1, lines.length - 25));
    const { text } = DAMAGES[damage]([...(headed ? lines.slice(0, 1) : []), ...lines.slice(first, first + 25)]);
    const bytes = Buffer.from(text);
    for (const { at, byte } of flips) bytes[Math.floor(at * bytes.length)] = byte;
    return cut === null ? bytes : bytes.subarray(0, Math.floor(cut * bytes.length));
  });

const linesIn = (bytes: Uint8Array): number => {
  let lines = bytes.length > 0 && bytes[bytes.length - 1] !== 10 ? 1 : 0;
  for (const byte of bytes) if (byte === 10) lines++;
  return lines;
};

describe('any damage', () => {
  it('leaves every line accounted for, and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(wreck, fc.uint8Array({ maxLength: 3000 })), (bytes) => {
        const { lines, rows } = parseText(bytes);
        expect(lines.total).toBe(linesIn(bytes));
        expect(lines.rows + lines.other + lines.unplacedTotal).toBe(lines.total);
        expect(rows.length).toBeLessThanOrEqual(lines.rows);
        const numbers = rows.map((row) => row.line);
        expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
      }),
      { numRuns: 300 },
    );
  });

  it('reads the same however the input is cut into chunks', () => {
    fc.assert(
      fc.property(wreck, fc.constantFrom(1, 7, 64, 997), (bytes, step) => {
        expect(parseText(bytes, step)).toEqual(parseText(bytes));
      }),
      { numRuns: 120 },
    );
  });
});
