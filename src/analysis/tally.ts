import { byText } from './rank/rank-order.ts';

/** Counts words, at most `most` different ones. */
export class Tally {
  readonly #counts = new Map<string, number>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  add(word: string): void {
    const count = this.#counts.get(word);
    if (count !== undefined) this.#counts.set(word, count + 1);
    else if (this.#counts.size < this.#most) this.#counts.set(word, 1);
  }

  /** The most frequent first, ties by word. */
  top(length: number): { readonly name: string; readonly count: number }[] {
    return [...this.#counts]
      .map(([name, count]) => ({ name, count }))
      .sort((a, b) => b.count - a.count || byText(a.name, b.name))
      .slice(0, length);
  }
}
