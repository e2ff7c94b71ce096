import type { PairCounter } from '../../columns/counter.ts';

/** The pairs of process and pattern, by process. */
export class PairIndex {
  /** Where each slot's pairs begin in `ids` and `counts`; one more than slots. */
  readonly offsets: Int32Array;
  readonly ids: Int32Array;
  readonly counts: Int32Array;
  readonly notes: Int32Array;
  /** 1 where all rows of the pair have the same name. */
  readonly uniform: Uint8Array;
  /** Processes of each pattern. */
  readonly processes: Int32Array;

  constructor(pairs: PairCounter, patterns: number) {
    let slots = 0;
    pairs.forEach((slot) => {
      slots = Math.max(slots, slot + 1);
    });
    const ends = new Int32Array(slots + 1);
    this.processes = new Int32Array(patterns);
    this.ids = new Int32Array(pairs.size);
    this.counts = new Int32Array(pairs.size);
    this.notes = new Int32Array(pairs.size);
    this.uniform = new Uint8Array(pairs.size);
    pairs.forEach((slot, id) => {
      ends[slot] = (ends[slot] as number) + 1;
      this.processes[id] = (this.processes[id] as number) + 1;
    });
    let sum = 0;
    for (let slot = 0; slot <= slots; slot++) {
      sum += ends[slot] as number;
      ends[slot] = sum;
    }
    // Filled from the back, each slot's end moves down to its beginning.
    pairs.forEach((slot, id, count, note, uniform) => {
      const at = (ends[slot] as number) - 1;
      ends[slot] = at;
      this.ids[at] = id;
      this.counts[at] = count;
      this.notes[at] = note;
      this.uniform[at] = uniform ? 1 : 0;
    });
    this.offsets = ends;
  }
}
