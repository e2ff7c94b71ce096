import type { ProcessFact } from '../../model/process.ts';
import { lifeText } from '../churn/slot-text.ts';

/** Parents kept apart at most. */
const PARENTS = 1000;

/** Lives that began and ended under our eyes, or whose place another took: where there are some, shorter ones fell between two samples. */
export class PassingLives {
  /** Of those there are now, the ones that were not there at first. */
  readonly #late = new Set<number>();
  /** Passing lives by parent; those without a known one are the parent -1's. */
  readonly #byParent = new Map<number, number>();
  /** Whose children have ended, whenever they began. */
  readonly #bereaved = new Set<number>();

  began(life: number): void {
    this.#late.add(life);
  }

  ended(life: number, { ppid = -1 }: ProcessFact): void {
    if (this.#bereaved.size < PARENTS) this.#bereaved.add(ppid);
    if (this.#late.delete(life)) this.#count(ppid);
  }

  replaced(life: number, { ppid = -1 }: ProcessFact): void {
    this.#late.delete(life);
    this.#count(ppid);
  }

  get any(): boolean {
    return this.#byParent.size > 0;
  }

  /** The parent of most of them; null where it is not known. */
  get parent(): number | null {
    const [most] = [...this.#byParent].sort(([, one], [, other]) => other - one);
    return most && most[0] > 0 ? most[0] : null;
  }

  /** Whether a child of this one has been seen to end. */
  explains(parent: number): boolean {
    return this.#bereaved.has(parent);
  }

  #count(ppid: number): void {
    const known = this.#byParent.get(ppid);
    if (known !== undefined || this.#byParent.size < PARENTS) this.#byParent.set(ppid, (known ?? 0) + 1);
  }
}

export interface PassingAbout {
  /** Seconds between samples. */
  readonly every: number;
  /** The line that counts them, to be typed; null where nobody in particular is watched. */
  readonly exitsLine: string | null;
  /** Watched processes whose account says that they waited for children. */
  readonly bereaved: readonly number[];
}

/** That workers may have lived between two samples, and who would count them; null where nothing speaks for it. */
export function passingSentence(lives: PassingLives, { every, exitsLine, bereaved }: PassingAbout): string | null {
  const line = exitsLine ?? `leaksof churn ${lives.parent ?? 'PROCESS'}`;
  if (lives.any) {
    return `processes came and went between samples, which are ${lifeText(every)} apart: those that lived for less were not counted (${line} counts them)`;
  }
  const [parent] = bereaved.filter((pid) => !lives.explains(pid));
  if (parent === undefined) return null;
  return `children of process ${parent} ended that no sample has shown: they were not counted (${line} counts them)`;
}
