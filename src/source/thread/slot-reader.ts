import type { RowConsumer } from '../../model/consumer.ts';
import { CELLS } from '../../model/row-batch.ts';
import type { Gate } from './gate.ts';
import type { RowsMessage } from './message.ts';
import { Slot } from './slot.ts';

/** Hands the rows of shared slots to a consumer, then gives the slots back. */
export class SlotReader {
  readonly #gate: Gate;
  readonly #slots: Slot[] = [];

  constructor(gate: Gate) {
    this.#gate = gate;
  }

  rows(message: RowsMessage, consumer: RowConsumer): void {
    if (message.memory) this.#slots[message.slot] = new Slot(message.memory);
    const slot = this.#slots[message.slot] as Slot;
    const { batch } = slot;
    batch.rows = message.rows;
    batch.listing = message.listing;
    for (let cell = 0; cell < CELLS.length; cell++) {
      batch.text[cell] = (message.columns & (1 << cell)) === 0 ? null : (slot.columns[cell] ?? null);
    }
    consumer.rows(batch);
    this.#gate.give();
  }
}
