import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { snapshotAnalysis } from '../../src/analysis/snapshot.ts';
import { sampleOf } from '../../src/dialect/detect.ts';
import { snapshot } from '../../src/dialect/snapshot/snapshot.ts';
import { type OpenFile, openFile } from '../../src/model/open-file.ts';
import type { ProcessFact } from '../../src/model/process.ts';
import { CELLS } from '../../src/model/row-batch.ts';
import { snapshotLine } from '../../src/model/snapshot.ts';
import { parse } from '../support/parsed.ts';
import { feed, regular, TEST_RESULT, type TestRow } from '../support/rows.ts';

/** The lines of a snapshot of these rows and facts, header first. */
function saved(rows: readonly TestRow[], facts: readonly ProcessFact[] = []): string[] {
  const lines: string[] = [];
  const analysis = snapshotAnalysis({ onLine: (line) => lines.push(line), redacted: false });
  feed(analysis, rows);
  for (const fact of facts) analysis.process(fact);
  const { data } = analysis.finish({
    ...TEST_RESULT,
    info: { ...TEST_RESULT.info, time: '2026-01-02T03:04:05.678Z' },
    machine: { host: 'box', bootId: 'b-1', kernel: 'Linux 6.8' },
    system: { fileMax: 1000 },
  });
  return [snapshotLine(data.header), ...lines, snapshotLine({ end: data.end })];
}

const read = (lines: readonly string[], chunk?: number) => parse(snapshot, `${lines.join('\n')}\n`, chunk);

/** Every field of every row, but for the line it came from. */
function openFiles(push: (take: (row: OpenFile) => void) => void): Omit<OpenFile, 'line'>[] {
  const rows: Omit<OpenFile, 'line'>[] = [];
  push(({ line: _line, ...row }) => rows.push(row));
  return rows;
}

const cell = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    '',
    ' ',
    '12u',
    '*123w',
    'REG',
    'IPv4',
    'sock',
    '/a/b (deleted)',
    '1.2.3.4:80->5.6.7.8:9 (ESTABLISHED)',
    '\\xff',
  ),
);
const row = fc.record(
  {
    pid: fc.integer({ min: -1, max: 0x7fffffff }),
    isDeleted: fc.boolean(),
    ...Object.fromEntries(CELLS.map((name) => [name, cell])),
  },
  { requiredKeys: ['pid'] },
);

describe('a snapshot', () => {
  it('gives every field of every row back', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 20 }), fc.integer({ min: 1, max: 999 }), (rows, chunk) => {
        const written = openFiles((take) =>
          feed(
            {
              listing: () => {},
              process: () => {},
              rows: (batch) => {
                for (let i = 0; i < batch.rows; i++) take(openFile(batch, i));
              },
            },
            rows as TestRow[],
          ),
        );
        const bytes = new TextEncoder().encode(`${saved(rows as TestRow[]).join('\n')}\n`);
        const again = openFiles((take) => {
          const parser = snapshot.parser({
            listing: () => {},
            process: () => {},
            rows: (batch) => {
              for (let i = 0; i < batch.rows; i++) take(openFile(batch, i));
            },
          });
          for (let at = 0; at < bytes.length; at += chunk) parser.write(bytes.slice(at, at + chunk));
          parser.finish();
        });
        expect(again).toEqual(written);
      }),
    );
  });

  it('gives facts, limits without end, listings, origin and what was not seen back', () => {
    const facts: ProcessFact[] = [
      {
        pid: 1,
        startTime: '2026-01-01T00:00:00.000Z',
        softLimit: 1024,
        hardLimit: Number.POSITIVE_INFINITY,
        user: 'www',
      },
      { pid: 2, refused: 'permission' },
    ];
    const parsed = read(saved([regular(1, 3, '/a'), regular(1, 3, '/b', { listing: 1 })], facts));
    expect(parsed.facts).toEqual(facts);
    expect(parsed.rows.map((one) => [one.listing, one.cells.name])).toEqual([
      [0, '/a'],
      [1, '/b'],
    ]);
    expect(parsed.result.listings).toBe(2);
    expect(parsed.result.origin).toMatchObject({
      time: '2026-01-02T03:04:05.678Z',
      machine: { host: 'box', bootId: 'b-1', kernel: 'Linux 6.8' },
      system: { fileMax: 1000 },
      processes: { refused: 1 },
    });
    const { total, rows, other } = parsed.result.lines;
    expect([total, rows, other]).toEqual([8, 2, 6]);
  });

  it('hides secrets in command lines', () => {
    const secret = 'hunter2secret';
    const lines = [
      `app --db-password=${secret} --port 80`,
      `app --api-key ${secret} run`,
      `env TOKEN=${secret} app`,
      `psql postgres://bob:${secret}@db/x`,
      `curl -u bob:${secret} http://x`,
      `curl -H "Authorization: Bearer ${secret}"`,
      `mysql -ubob -p${secret} base`,
      `app '{"secret": "${secret}"}'`,
    ];
    const text = saved(
      [],
      lines.map((commandLine, pid) => ({ pid, commandLine })),
    ).join('\n');
    expect(text).not.toContain(secret);
    expect(text).toContain('--port 80');
  });

  const whole = saved([regular(1, 3, '/a'), regular(1, 4, '/b')], [{ pid: 1, softLimit: 9 }]);

  it('is known by its header', () => {
    expect(snapshot.detect(sampleOf(new TextEncoder().encode(whole.join('\n'))))).toBe(1);
    expect(snapshot.detect(sampleOf(new TextEncoder().encode('{"format":"other"}')))).toBe(0);
  });

  it('may hold keys and records of a later minor version', () => {
    const [header = '', listing = '', ...rest] = whole;
    const later = [
      header.replace('"version":"1.1"', '"version":"1.7"').replace('{', '{"colour":["red"],'),
      listing,
      '{"mood":{"pid":1}}',
      ...rest.map((line) => line.replace('"pid":', '"shade":{"x":1},"pid":')),
    ];
    expect(read(later).rows.map(({ cells }) => cells)).toEqual(read(whole).rows.map(({ cells }) => cells));
  });

  it('of a later major version is refused', () => {
    expect(() => read(whole.map((line) => line.replace('"version":"1.1"', '"version":"2.0"')))).toThrow(
      /format version 2\.0; this leaksof reads 1\.x/,
    );
  });

  it('is refused when it is cut anywhere', () => {
    const text = `${whole.join('\n')}\n`;
    // Without its very last line end it is still whole.
    for (let end = 1; end < text.length - 1; end++)
      expect(() => parse(snapshot, text.slice(0, end))).toThrow(/snapshot/);
  });

  it('is refused when a line is lost or damaged', () => {
    for (let i = 0; i < whole.length; i++) {
      expect(() => read(whole.filter((_, index) => index !== i))).toThrow(/The snapshot /);
      expect(() => read(whole.map((line, index) => (index === i ? line.slice(3) : line)))).toThrow(/The snapshot /);
    }
    expect(() => read([...whole, whole[3] as string])).toThrow(/stands behind its end/);
  });
});
