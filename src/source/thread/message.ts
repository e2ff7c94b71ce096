import type { ListingStart } from '../../model/consumer.ts';
import type { ProcessFact } from '../../model/process.ts';
import type { SourceResult } from '../../model/source.ts';
import type { ErrorMessage } from './error-message.ts';

/** What the parsing thread is started with. */
export interface ThreadTask {
  readonly path: string;
  readonly dialect: string | undefined;
  /** Memory of the gate that counts free slots. */
  readonly gate: SharedArrayBuffer;
  readonly slots: number;
}

/** Rows in a slot. */
export interface RowsMessage {
  readonly kind: 'rows';
  readonly slot: number;
  /** The slot's memory, where the other side does not have it yet. */
  readonly memory: SharedArrayBuffer | null;
  readonly rows: number;
  readonly listing: number;
  /** Bit of each text column that the rows have. */
  readonly columns: number;
  /** Bytes of text. */
  readonly bytes: number;
}

/** What the parsing thread says, in the order in which a parser in this thread would have pushed it. */
export type ThreadMessage =
  | RowsMessage
  | { readonly kind: 'listing'; readonly start: ListingStart }
  | { readonly kind: 'process'; readonly fact: ProcessFact }
  | { readonly kind: 'result'; readonly result: SourceResult }
  | { readonly kind: 'error'; readonly error: ErrorMessage };
