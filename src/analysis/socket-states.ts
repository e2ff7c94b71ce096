import { classCode } from '../model/descriptor-class.ts';
import { nameFacts } from '../model/name.ts';
import type { RowBatch } from '../model/row-batch.ts';
import { PerProcess } from './process/per-process.ts';
import type { ProcessEntry } from './process/process-entry.ts';
import { byText } from './rank/rank-order.ts';
import { eachRow, type RowWatch, type Run } from './run.ts';

const INET = classCode('inet');
const UNIX = classCode('unix');

/** Sockets of one process that are in one state. */
export interface SocketState {
  readonly class: 'inet' | 'unix';
  /** As the lister writes it: `TCP`, `UDP`, `STREAM`; null where it does not say. */
  readonly protocol: string | null;
  /** `LISTEN`, `ESTABLISHED`, `CLOSE_WAIT` ...; null where there is none or it is not said. */
  readonly state: string | null;
  readonly count: number;
}

/** Counts sockets by protocol and state. Reads every socket's name whole, so it is for few processes. */
export class SocketStates implements RowWatch {
  readonly #counts = new PerProcess(() => new Map<string, SocketState & { count: number }>());
  readonly #watch = eachRow([INET, UNIX], (batch, row, entry, code) => this.#row(batch, row, entry, code));

  run(run: Run): void {
    this.#watch.run(run);
  }

  #row(batch: RowBatch, row: number, entry: ProcessEntry, code: number): void {
    const { protocol, state } = nameFacts(batch, row, code);
    const kind = code === INET ? 'inet' : 'unix';
    const key = `${kind} ${protocol} ${state}`;
    const counts = this.#counts.of(entry);
    const known = counts.get(key);
    if (known) known.count++;
    else counts.set(key, { class: kind, protocol, state, count: 1 });
  }

  /** Most first; ties by protocol and state. */
  of(entry: ProcessEntry): SocketState[] {
    return [...(this.#counts.peek(entry)?.values() ?? [])].sort(
      (a, b) =>
        b.count - a.count || byText(`${a.class} ${a.protocol} ${a.state}`, `${b.class} ${b.protocol} ${b.state}`),
    );
  }
}
