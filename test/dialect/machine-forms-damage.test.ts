import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Dialect } from '../../src/dialect/dialect.ts';
import { lsfd } from '../../src/dialect/lsfd/lsfd.ts';
import { lsfdJson } from '../../src/dialect/lsfd/lsfd-json.ts';
import { lsofField } from '../../src/dialect/lsof-field/lsof-field.ts';
import { lsofJson } from '../../src/dialect/lsof-json.ts';
import { parse, sampleFor } from '../support/parsed.ts';

const CAPTURES: readonly (readonly [string, Dialect, boolean])[] = [
  ['lsof-4.99.7/fields.txt', lsofField, false],
  ['lsof-4.99.7/fields0.txt', lsofField, true],
  ['lsof-4.99.7/rounds-fields0.txt', lsofField, true],
  ['lsof-4.99.7/document.json', lsofJson, false],
  ['lsof-4.99.7/lines.jsonl', lsofJson, false],
  ['lsfd-2.43/default.txt', lsfd, true],
  ['lsfd-2.43/raw.txt', lsfd, true],
  ['lsfd-2.43/columns.txt', lsfd, false],
  ['lsfd-2.43/noheadings.txt', lsfd, true],
  ['lsfd-2.43/json.txt', lsfdJson, false],
];

/** Lines as they are counted: a last one without line end is one. */
function lineCount(bytes: Uint8Array): number {
  const text = Buffer.from(bytes).toString('latin1');
  return text.split('\n').length - (text === '' || text.endsWith('\n') ? 1 : 0);
}

/** Parses without throwing and accounts for every line; where a row is a line, for every row too. */
function expectAccount(dialect: Dialect, bytes: Uint8Array, rowIsLine: boolean) {
  const parsed = parse(dialect, bytes, 777);
  const { lines } = parsed.result;
  expect(lines.total).toBe(lineCount(bytes));
  expect(lines.rows + lines.other + lines.unplacedTotal).toBe(lines.total);
  if (rowIsLine) expect(parsed.rows).toHaveLength(lines.rows);
  expect(parsed.listings.map(({ index }) => index)).toEqual(parsed.listings.map((_, i) => i));
  expect(parsed.result.listings).toBe(parsed.listings.length);
  return parsed;
}

describe.each(CAPTURES)('%s', (name, dialect, rowIsLine) => {
  const bytes = readFileSync(`fixtures/${name}`);
  const whole = parse(dialect, bytes);

  it('cut anywhere keeps the rows before the cut', () => {
    fc.assert(
      fc.property(fc.nat(bytes.length), (end) => {
        const { rows } = expectAccount(dialect, bytes.subarray(0, end), rowIsLine);
        expect(rows.slice(0, -1)).toEqual(whole.rows.slice(0, Math.max(0, rows.length - 1)));
      }),
    );
  });

  it('with wrong bytes is accounted for', () => {
    const flips = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(flips, (changes) => {
        const damaged = Uint8Array.from(bytes);
        for (const [at, value] of changes) damaged[at] = value;
        expectAccount(dialect, damaged, rowIsLine);
        expect(dialect.detect(sampleFor(damaged))).toBeLessThanOrEqual(1);
      }),
      { numRuns: 200 },
    );
  });

  it('with lines lost, doubled or put between is accounted for', () => {
    const lines = bytes.toString('latin1').split('\n');
    const noise = fc.constantFrom(
      '',
      '$ lsof',
      'lsof: no pwd entry for UID 7',
      'what is this?',
      '{',
      '}',
      'p1',
      'm',
      '> x',
    );
    const change = fc.tuple(fc.nat(lines.length - 1), fc.option(noise));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 10 }), (changes) => {
        const changed = [...lines];
        for (const [at, text] of changes) changed.splice(at, text === null ? 1 : 0, ...(text === null ? [] : [text]));
        expectAccount(dialect, Buffer.from(changed.join('\n'), 'latin1'), rowIsLine);
      }),
    );
  });
});

it.each([lsofField, lsofJson, lsfd, lsfdJson])('$name takes any bytes', (dialect) => {
  const letters = fc.constantFrom(...'pfnatm01 {}[]",:\n\0^@\\x');
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 400 }),
        fc.string({ unit: letters, maxLength: 400 }).map((text) => Buffer.from(text)),
      ),
      (bytes) => {
        expectAccount(dialect, bytes, false);
        expect(dialect.detect(sampleFor(bytes))).toBeLessThanOrEqual(1);
      },
    ),
    { numRuns: 300 },
  );
});

it.each([lsofField, lsofJson, lsfd, lsfdJson])('$name holds no more of an endless line than a bound', (dialect) => {
  const consumer = { listing: () => {}, rows: () => {}, process: () => {} };
  for (const head of ['', 'p', '{"files":[{"name":"', 'COMMAND PID\n']) {
    const parser = dialect.parser(consumer);
    parser.write(Buffer.from(head));
    const chunk = new Uint8Array(1 << 20).fill(0x61);
    for (let i = 0; i < 64; i++) parser.write(chunk);
    const { lines } = parser.finish();
    expect(lines.rows + lines.other + lines.unplacedTotal).toBe(lines.total);
  }
});
