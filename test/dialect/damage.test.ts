import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fstat } from '../../src/dialect/bsd/fstat.ts';
import { procstat } from '../../src/dialect/bsd/procstat.ts';
import { busybox } from '../../src/dialect/busybox.ts';
import type { Dialect } from '../../src/dialect/dialect.ts';
import { pfiles } from '../../src/dialect/pfiles/pfiles.ts';
import { find } from '../../src/dialect/proc-link/find.ts';
import { ls } from '../../src/dialect/proc-link/ls.ts';
import { toolbox } from '../../src/dialect/toolbox.ts';
import { type Parsed, parse } from '../support/parsed.ts';

const FIXTURES = fileURLToPath(new URL('../../fixtures/', import.meta.url));

const CAPTURES: readonly (readonly [Dialect, string])[] = [
  [ls, 'proc-links/gnu-ls-pipe.txt'],
  [ls, 'proc-links/gnu-ls-terminal.txt'],
  [ls, 'proc-links/exa-colour.txt'],
  [find, 'proc-links/find-ls.txt'],
  [find, 'proc-links/stat.txt'],
  [busybox, 'busybox/lsof.txt'],
  [toolbox, 'android/toolbox-lsof.txt'],
  [fstat, 'bsd/openbsd-fstat.txt'],
  [fstat, 'bsd/freebsd-fstat.txt'],
  [procstat, 'bsd/freebsd-procstat.txt'],
  [pfiles, 'solaris/pfiles.txt'],
  [pfiles, 'solaris/procfiles-aix.txt'],
  [pfiles, 'solaris/procfiles-columns.txt'],
];

/** Lines as a newline-counting program sees them. */
function lineCount(bytes: Uint8Array): number {
  let lines = 0;
  for (const byte of bytes) if (byte === 10) lines++;
  return lines + (bytes.length > 0 && bytes.at(-1) !== 10 ? 1 : 0);
}

function expectAccounted({ rows, result: { lines } }: Parsed, bytes: Uint8Array): void {
  expect(lines.rows + lines.other + lines.unplacedTotal).toBe(lines.total);
  expect(lines.total).toBe(lineCount(bytes));
  expect(rows.length).toBeLessThanOrEqual(lines.rows);
}

describe.each(CAPTURES)('%s damaged', (dialect, file) => {
  const bytes = readFileSync(FIXTURES + file);

  it(`${file}: does not depend on how the input is cut into chunks`, () => {
    const whole = parse(dialect, bytes);
    for (const size of [1, 7, 64, 1000]) expect(parse(dialect, bytes, size)).toEqual(whole);
  });

  it(`${file}: accounts for every line after any truncation or byte flip`, () => {
    const place = fc.integer({ min: 0, max: bytes.length - 1 });
    fc.assert(
      fc.property(
        place,
        fc.array(fc.tuple(place, fc.integer({ min: 0, max: 255 })), { maxLength: 30 }),
        (end, flips) => {
          const damaged = Uint8Array.from(bytes.subarray(0, end + 1));
          for (const [at, value] of flips) if (at < damaged.length) damaged[at] = value;
          expectAccounted(parse(dialect, damaged), damaged);
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe.each([ls, busybox, toolbox, fstat, procstat, pfiles])('$name fed with anything', (dialect) => {
  it('takes lines of every other listing and random bytes without throwing', () => {
    const pool = readdirSync(FIXTURES, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.txt'))
      .flatMap((entry) => readFileSync(`${entry.parentPath}/${entry.name}`, 'latin1').split('\n').slice(0, 60));
    const line = fc.oneof(fc.constantFrom(...pool), fc.string({ unit: 'binary', maxLength: 80 }));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), (lines) => {
        const input = Buffer.from(lines.join('\n'), 'latin1');
        expectAccounted(parse(dialect, input), input);
      }),
      { numRuns: 150 },
    );
  });

  it('does not slow down on lines made to be slow', () => {
    for (const unit of [
      '1 ',
      ' ',
      '\t',
      '1\t/a\t',
      'a 1 2 ',
      '/proc/1/fd',
      "'",
      '-',
      '->',
      ' -> ',
      '* ',
      'lrwx------ 1 ',
    ]) {
      const input = Buffer.from(`${unit.repeat(Math.ceil(200_000 / unit.length))}\n`);
      expectAccounted(parse(dialect, input), input);
    }
  });
});
