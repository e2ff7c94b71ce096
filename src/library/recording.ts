import type { ListingStart, RowConsumer } from '../model/consumer.ts';
import type { ProcessFact } from '../model/process.ts';
import type { Source, SourceResult } from '../model/source.ts';
import { BatchReplay, type KeptBatch, keepBatch } from './kept-batch.ts';

type Event =
  | { readonly kind: 'listing'; readonly start: ListingStart }
  | { readonly kind: 'rows'; readonly batch: KeptBatch }
  | { readonly kind: 'process'; readonly fact: ProcessFact };

export interface Recording {
  /** Gives everything again, at once. */
  replay(consumer: RowConsumer): SourceResult;
  /** The same as a source; `ready` is awaited between batches. */
  source(ready?: () => Promise<void>): Source;
  /** Rows kept. */
  readonly rows: number;
}

/** Reads a source once, to its end, and keeps all of it in memory: about the size of the input and as much again for positions. */
export async function record(source: Source): Promise<Recording> {
  const events: Event[] = [];
  let rows = 0;
  const result = await source.read({
    listing: (start) => events.push({ kind: 'listing', start }),
    rows: (batch) => {
      rows += batch.rows;
      events.push({ kind: 'rows', batch: keepBatch(batch) });
    },
    process: (fact) => events.push({ kind: 'process', fact }),
  });
  return {
    rows,
    replay: (consumer) => {
      const replay = new BatchReplay();
      for (const event of events) push(event, consumer, replay);
      return result;
    },
    source: (ready) => ({
      read: async (consumer) => {
        const replay = new BatchReplay();
        for (const event of events) {
          push(event, consumer, replay);
          if (ready && event.kind === 'rows') await ready();
        }
        return result;
      },
    }),
  };
}

function push(event: Event, consumer: RowConsumer, replay: BatchReplay): void {
  if (event.kind === 'rows') consumer.rows(replay.fill(event.batch));
  else if (event.kind === 'listing') consumer.listing(event.start);
  else consumer.process(event.fact);
}
