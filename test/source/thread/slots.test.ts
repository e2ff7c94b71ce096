import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RowConsumer } from '../../../src/model/consumer.ts';
import { Cell } from '../../../src/model/row-batch.ts';
import { RowWriter } from '../../../src/model/row-writer.ts';
import { Gate } from '../../../src/source/thread/gate.ts';
import type { ThreadMessage } from '../../../src/source/thread/message.ts';
import { SLOT_BYTES, SLOT_ROWS } from '../../../src/source/thread/slot.ts';
import { SlotReader } from '../../../src/source/thread/slot-reader.ts';
import { SlotWriter } from '../../../src/source/thread/slot-writer.ts';
import { type Collected, collector } from '../../support/collected.ts';

interface Carried {
  readonly collected: Collected;
  readonly kinds: string[];
}

/** What a consumer gets that is fed through slots, each emptied as soon as it is sent. */
function through(slots: number, feed: (consumer: RowConsumer) => void): Carried {
  const collected = collector();
  const kinds: string[] = [];
  const gate = new Gate(slots);
  const reader = new SlotReader(gate);
  const writer = new SlotWriter(gate, slots, (message: ThreadMessage) => {
    // What crosses to another thread is cloned; shared memory stays shared.
    const sent = structuredClone(message);
    kinds.push(sent.kind);
    if (sent.kind === 'rows') reader.rows(sent, collected);
    else if (sent.kind === 'process') collected.process(sent.fact);
  });
  feed(writer);
  writer.flush();
  return { collected, kinds };
}

function fill(consumer: RowConsumer, rows: readonly (string | null)[], every: number): void {
  const writer = new RowWriter(consumer);
  writer.listing(0, 1);
  for (const [index, name] of rows.entries()) {
    writer.begin(index + 1, index);
    writer.text(Cell.fd, `${index}`);
    if (name !== null) writer.text(Cell.name, name);
    writer.end();
    if (index % every === every - 1) writer.flush();
  }
  writer.flush();
}

function direct(feed: (consumer: RowConsumer) => void): readonly string[] {
  const collected = collector();
  feed(collected);
  return collected.rowLines;
}

describe('rows through shared slots', () => {
  it('come out as they went in, whatever the size of batches', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.string({ maxLength: 40 })), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 70 }),
        fc.integer({ min: 1, max: 4 }),
        (rows, every, slots) => {
          const feed = (consumer: RowConsumer) => fill(consumer, rows, every);
          expect(through(slots, feed).collected.rowLines).toEqual(direct(feed));
        },
      ),
    );
  });

  it('come out whole where a batch is larger than a slot', () => {
    const rows = Array.from({ length: SLOT_ROWS * 2 + 5 }, (_, index) => `/file/${index}`);
    const feed = (consumer: RowConsumer) => fill(consumer, rows, rows.length);
    expect(through(2, feed).collected.rowLines).toEqual(direct(feed));
  });

  it('come out whole where one row is larger than a slot', () => {
    const rows = ['/a', `/${'x'.repeat(SLOT_BYTES + 10)}`, '/b', null, '/c'];
    const feed = (consumer: RowConsumer) => fill(consumer, rows, 2);
    expect(through(1, feed).collected.rowLines).toEqual(direct(feed));
  });

  it('travel together where batches are small', () => {
    const rows = Array.from({ length: 1000 }, (_, index) => `/file/${index}`);
    const { kinds } = through(2, (consumer) => fill(consumer, rows, 1));
    expect(kinds).toEqual(['listing', 'rows']);
  });

  it('keep their place among listings and facts', () => {
    const { kinds, collected } = through(2, (consumer) => {
      fill(consumer, ['/a'], 1);
      consumer.process({ pid: 7, softLimit: Number.POSITIVE_INFINITY });
      fill(consumer, ['/b'], 1);
    });
    expect(kinds).toEqual(['listing', 'rows', 'process', 'listing', 'rows']);
    expect(collected.facts).toEqual([{ pid: 7, softLimit: Number.POSITIVE_INFINITY }]);
  });

  it('go round the slots in order', () => {
    const slots: number[] = [];
    const gate = new Gate(3);
    const writer = new SlotWriter(gate, 3, (message) => {
      if (message.kind !== 'rows') return;
      slots.push(message.slot);
      gate.give();
    });
    for (let i = 0; i < 7; i++) {
      fill(writer, ['/a'], 1);
      writer.flush();
    }
    expect(slots).toEqual([0, 1, 2, 0, 1, 2, 0]);
  });
});
