import type { ProcessEntry } from './process-entry.ts';

/** A rule's own state for each process that has any; remembers the last, since a process's rows stand together. */
export class PerProcess<S> {
  readonly #states = new Map<ProcessEntry, S>();
  readonly #make: () => S;
  #lastEntry: ProcessEntry | null = null;
  #last: S | null = null;

  constructor(make: () => S) {
    this.#make = make;
  }

  /** The state, made on first use. */
  of(entry: ProcessEntry): S {
    if (entry === this.#lastEntry && this.#last !== null) return this.#last;
    let state = this.#states.get(entry);
    if (state === undefined) {
      state = this.#make();
      this.#states.set(entry, state);
    }
    this.#lastEntry = entry;
    this.#last = state;
    return state;
  }

  /** The state, if there is one. */
  peek(entry: ProcessEntry): S | undefined {
    return this.#states.get(entry);
  }
}
