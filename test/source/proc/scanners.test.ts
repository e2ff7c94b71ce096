import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RowConsumer } from '../../../src/model/consumer.ts';
import { classCode } from '../../../src/model/descriptor-class.ts';
import { Cell, createRowBatch, Num } from '../../../src/model/row-batch.ts';
import { listDescriptors } from '../../../src/source/proc/descriptor/listing.ts';
import { Rows } from '../../../src/source/proc/descriptor/rows.ts';
import { ForkedReader, LocalReader, type TableReader } from '../../../src/source/proc/descriptor/table-reader.ts';
import { type Detail, listedProcess } from '../../../src/source/proc/process/listed-process.ts';
import { scannerProgram } from '../../../src/source/proc/scan/scanner-pool.ts';
import { BatchEncoder, decodeBatch, encodeMessage, MessageReader } from '../../../src/source/proc/scan/wire.ts';
import { useFactories } from '../../support/factory.ts';
import { type LiveRow, readSource } from '../../support/live.ts';

const PROCESS = { pid: 7, folder: '/proc/7', command: 'x', user: null, uid: null, ppid: null, stuck: false };

describe('wire', () => {
  it('carries batches of any cells', () => {
    const cell = fc.option(fc.string({ unit: 'binary', maxLength: 20 }), { nil: null });
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { maxLength: 30 }), (cells) => {
        const seen: unknown[] = [];
        const encoder = new BatchEncoder();
        const rows = new Rows({
          rows: (batch) => {
            const copy = createRowBatch();
            const said: unknown[] = [];
            new MessageReader((json, payload) => {
              said.push(json);
              decodeBatch(payload, copy);
            }).write(encoder.encode({ said: 1 }, batch, rows.textBytes));
            expect(said).toEqual([{ said: 1 }]);
            seen.push(copy.rows);
            for (let row = 0; row < copy.rows; row++) {
              for (const [column, from] of batch.text.entries()) {
                const to = copy.text[column];
                const text = (source: typeof from, bytes: Uint8Array) =>
                  source && (source.start[row] as number) >= 0
                    ? Buffer.from(bytes.subarray(source.start[row], source.end[row])).toString('hex')
                    : null;
                expect(text(to ?? null, copy.bytes)).toBe(text(from, batch.bytes));
              }
              for (const column of [Num.pid, Num.class, Num.deleted]) {
                expect(copy.numbers[column]?.[row]).toBe(batch.numbers[column]?.[row]);
              }
            }
          },
        });
        for (const [name, size] of cells) {
          rows.begin(PROCESS, 'unix', 'yes');
          if (name !== null) rows.own(Cell.name, name);
          if (size !== null) rows.shared(Cell.size, size);
          rows.end();
        }
        rows.flush();
        expect(seen).toEqual(cells.length === 0 ? [] : [cells.length]);
      }),
    );
    expect(classCode('unreadable')).toBeLessThan(256);
  });

  it('puts messages together from chunks of any size', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.jsonValue(), fc.uint8Array()), { maxLength: 5 }),
        fc.integer({ min: 1, max: 40 }),
        (messages, size) => {
          const received: [unknown, number[]][] = [];
          const reader = new MessageReader((json, payload) => received.push([json, [...payload]]));
          const bytes = Buffer.concat(messages.map(([json, payload]) => encodeMessage(json, payload)));
          for (let at = 0; at < bytes.length; at += size) reader.write(bytes.subarray(at, at + size));
          expect(received).toEqual(messages.map(([json, payload]) => [JSON.parse(JSON.stringify(json)), [...payload]]));
        },
      ),
    );
  });
});

describe.runIf(process.platform === 'linux')('scanner processes', () => {
  const factory = useFactories();

  async function read(pid: number, detail: Detail, make: (consumer: RowConsumer) => TableReader) {
    const { rows } = await readSource({
      async read(consumer) {
        const reader = make(consumer);
        try {
          const target = listedProcess({ pid, command: 'python3', user: 'root', uid: 0, ppid: 1 }, `/proc/${pid}`);
          await reader.read(target, listDescriptors(target.folder), detail !== 'name', () => undefined);
          await reader.finish();
        } finally {
          reader.close();
        }
        return { info: { kind: 'live', name: '', dialect: 'proc', time: null }, coverage: {}, system: null };
      },
    });
    return rows;
  }

  it('read the same rows in the same order as this process does', async () => {
    const program = scannerProgram();
    expect(program).not.toBeNull();
    if (program === null) return;
    expect(existsSync(program)).toBe(true);
    for (const kind of ['many', 'hostile', 'tcp4', 'unconnected']) {
      const made = await factory(kind);
      for (const detail of ['name', 'stat', 'full'] as const) {
        const setup = { detail, procfs: true };
        const here: readonly LiveRow[] = await read(made.pid, detail, (consumer) => new LocalReader(consumer, setup));
        const there = await read(made.pid, detail, (consumer) => new ForkedReader(consumer, setup, program));
        expect(here.filter((row) => row.number !== null)).toHaveLength(made.total);
        expect(there).toEqual(here);
      }
    }
  });

  it('say so when they cannot run', async () => {
    const made = await factory('regular');
    const reading = read(
      made.pid,
      'name',
      (consumer) => new ForkedReader(consumer, { detail: 'name', procfs: true }, '/nonexistent'),
    );
    await expect(reading).rejects.toThrow(/scanner process ended/);
  });
});
