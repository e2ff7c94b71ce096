import { filterRows, type RowFilter } from '../analysis/filter.ts';
import type { ListingPolicy } from '../analysis/listing-policy.ts';
import type { RowConsumer } from '../model/consumer.ts';
import { type OpenFile, openFile } from '../model/open-file.ts';
import type { Source } from '../model/source.ts';

/** Rows waiting to be taken, above which the source is not read on. */
const WAITING_ROWS = 20_000;

/** Takes the rows that filter and listing leave, as objects. */
function rowTaker(filter: RowFilter, listing: ListingPolicy, take: (row: OpenFile) => void): RowConsumer {
  const front = filterRows(filter, {
    listing: () => {},
    process: () => {},
    rows: (batch) => {
      for (let row = 0; row < batch.rows; row++) take(openFile(batch, row));
    },
  });
  return {
    listing: (start) => front.listing(start),
    process: (fact) => front.process(fact),
    rows: (batch) => {
      if (typeof listing === 'string' || batch.listing === listing - 1) front.rows(batch);
    },
  };
}

/** Gathers rows; with `last`, only those of the last listing that has any. */
class RowList {
  rows: OpenFile[] = [];
  readonly #listing: ListingPolicy;

  constructor(listing: ListingPolicy) {
    this.#listing = listing;
  }

  add(row: OpenFile): void {
    if (this.#listing === 'last' && this.rows[0]?.listing !== row.listing) this.rows = [];
    this.rows.push(row);
  }
}

/** All rows that filter and listing leave. */
export async function collectRows(source: Source, filter: RowFilter, listing: ListingPolicy): Promise<OpenFile[]> {
  const list = new RowList(listing);
  await source.read(rowTaker(filter, listing, (row) => list.add(row)));
  return list.rows;
}

/** The same from something that gives everything at once. */
export function takenRows(
  give: (consumer: RowConsumer) => void,
  filter: RowFilter,
  listing: ListingPolicy,
): OpenFile[] {
  const list = new RowList(listing);
  give(rowTaker(filter, listing, (row) => list.add(row)));
  return list.rows;
}

/** Thrown into a reading whose rows nobody wants any more. */
class Enough extends Error {}

/**
 * Rows one by one. The source is read only as far as rows are taken, some thousands ahead; leaving the loop early closes it.
 *
 * @param open makes the source; it must await `ready` between pieces
 */
export async function* streamRows(
  open: (ready: () => Promise<void>) => Promise<Source>,
  filter: RowFilter,
  listing: ListingPolicy,
): AsyncGenerator<OpenFile> {
  let waiting: OpenFile[] = [];
  let ended = false;
  let stopped = false;
  let wake = (): void => {};
  let resume = (): void => {};
  const ready = async (): Promise<void> => {
    if (waiting.length > 0) wake();
    while (waiting.length > WAITING_ROWS && !stopped) await new Promise<void>((resolve) => (resume = resolve));
    if (stopped) throw new Enough();
  };
  const source = await open(ready);
  const reading = source.read(rowTaker(filter, listing, (row) => waiting.push(row))).finally(() => {
    ended = true;
    wake();
  });
  // The failure is reported below, where the loop waits for it; until then it must not count as unhandled.
  reading.catch(() => {});
  try {
    for (;;) {
      while (waiting.length === 0 && !ended) await new Promise<void>((resolve) => (wake = resolve));
      const rows = waiting;
      waiting = [];
      resume();
      yield* rows;
      if (ended && waiting.length === 0) break;
    }
    await reading;
  } finally {
    stopped = true;
    waiting = [];
    resume();
    // The loop was left early, or has thrown the failure already.
    await reading.catch(() => {});
  }
}
