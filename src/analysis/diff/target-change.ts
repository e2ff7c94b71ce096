import type { DescriptorClass } from '../../model/descriptor-class.ts';
import { patternOf } from '../../model/pattern.ts';
import type { Held } from './held.ts';
import type { Matched } from './match-held.ts';

/** What happened to one target pattern, over all processes or in one. `before` = kept + closed, `after` = kept + opened. */
export interface TargetChange {
  /** null for rows without a name. */
  readonly pattern: string | null;
  /** An example: one that was opened, where any was. */
  readonly name: string | null;
  readonly type: string | null;
  readonly class: DescriptorClass;
  readonly before: number;
  readonly after: number;
  readonly growth: number;
  readonly opened: number;
  readonly closed: number;
  readonly kept: number;
  /** Processes in which it was opened or closed. */
  readonly processes: number;
}

/** Descriptors that are still open and not as they were: a socket in another state, a file whose link is gone. */
export interface StateChange {
  readonly pid: number | null;
  readonly command: string | null;
  readonly pattern: string | null;
  readonly from: string;
  readonly to: string;
  readonly count: number;
}

interface Sum {
  readonly pattern: string | null;
  name: string | null;
  readonly type: string | null;
  readonly class: DescriptorClass;
  opened: number;
  closed: number;
  kept: number;
  processes: number;
  /** The last process that was added. */
  last: object | null;
}

const DELETED = ' (deleted)';

/** The pattern a descriptor is counted under; files whose link is gone stand apart. */
function heldPattern({ name, deleted }: Held): string | null {
  return name === null ? null : `${patternOf(name)}${deleted === true ? DELETED : ''}`;
}

/** Adds up what was opened, closed and kept, by target pattern. */
export class TargetSums {
  readonly #sums = new Map<string, Sum>();

  /** @param process what stands for the process, one object for each */
  add({ kept, opened, closed }: Matched, process: object): void {
    // Named as the later side names it: the earlier one may be of another dialect.
    for (const { after, count } of kept) this.#sum(after).kept += count;
    for (const { held, count } of opened) this.#change(held, process).opened += count;
    for (const { held, count } of closed) this.#change(held, process).closed += count;
  }

  /** Targets of which something was opened or closed: most grown first, ties by what was opened, then by pattern. */
  changed(): readonly TargetChange[] {
    return [...this.#sums.values()]
      .filter(({ opened, closed }) => opened > 0 || closed > 0)
      .map(({ last: _last, opened, closed, kept, pattern, name, type, class: kind, processes }) => ({
        pattern,
        name,
        type,
        class: kind,
        before: kept + closed,
        after: kept + opened,
        growth: opened - closed,
        opened,
        closed,
        kept,
        processes,
      }))
      .sort(
        (one, other) =>
          other.growth - one.growth || other.opened - one.opened || compareText(one.pattern, other.pattern),
      );
  }

  #change(held: Held, process: object): Sum {
    const sum = this.#sum(held);
    if (sum.last === process) return sum;
    sum.last = process;
    sum.processes++;
    return sum;
  }

  #sum(held: Held): Sum {
    const pattern = heldPattern(held);
    const key = `${held.class} ${pattern}`;
    let sum = this.#sums.get(key);
    if (!sum) {
      const { name, type, class: kind } = held;
      sum = { pattern, name, type, class: kind, opened: 0, closed: 0, kept: 0, processes: 0, last: null };
      this.#sums.set(key, sum);
    }
    return sum;
  }
}

/** What changed of the descriptors that were kept, most frequent first. */
export function stateChanges({ kept }: Matched): readonly Omit<StateChange, 'pid' | 'command'>[] {
  const changes = new Map<string, { pattern: string | null; from: string; to: string; count: number }>();
  for (const { before, after, count } of kept) {
    const change = stateChange(before, after);
    if (!change) continue;
    const pattern = heldPattern(after);
    const key = `${change.from}\0${change.to}\0${pattern}`;
    const known = changes.get(key);
    if (known) known.count += count;
    else changes.set(key, { pattern, ...change, count });
  }
  return [...changes.values()].sort((one, other) => other.count - one.count || compareText(one.pattern, other.pattern));
}

function stateChange(before: Held, after: Held): { from: string; to: string } | null {
  if (before.deleted === false && after.deleted === true && !isPartOfName(before, after))
    return { from: 'linked', to: 'deleted' };
  if (before.state === null || after.state === null || before.state === after.state) return null;
  return { from: before.state, to: after.state };
}

/** Whether `(deleted)` is the end of a living file's name: a lister that prints no link count cannot tell, the other side can. */
function isPartOfName(before: Held, after: Held): boolean {
  return before.path !== null && before.path === `${after.path} (deleted)`;
}

export function compareText(one: string | null, other: string | null): number {
  const [first, second] = [one ?? '', other ?? ''];
  return first < second ? -1 : first > second ? 1 : 0;
}
