const FREE = 0;
const WORDS = 1;

/** Counts the slots that may be filled, between the thread that fills them and the one that empties them. */
export class Gate {
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #slots: number;

  /** A gate with so many slots, all free; with `memory`, another thread's view of it. */
  constructor(slots: number, memory?: SharedArrayBuffer) {
    this.memory = memory ?? new SharedArrayBuffer(WORDS * 4);
    this.#words = new Int32Array(this.memory);
    this.#slots = slots;
    if (!memory) Atomics.store(this.#words, FREE, slots);
  }

  /** Takes a free slot; sleeps until there is one. Ending the thread ends the sleep. */
  take(): void {
    // Only one thread takes, so what is free stays free.
    while (Atomics.load(this.#words, FREE) === 0) Atomics.wait(this.#words, FREE, 0);
    Atomics.sub(this.#words, FREE, 1);
  }

  /**
   * Gives a slot back. A sleeper is woken only when half of the slots are free: waking it for each would cost both threads
   * more than the slot does. It sleeps only while none is free, so the others are sure to be given back.
   */
  give(): void {
    const free = Atomics.add(this.#words, FREE, 1) + 1;
    if (free * 2 >= this.#slots) Atomics.notify(this.#words, FREE);
  }
}
