import { readdirSync } from 'node:fs';
import { countDescriptors } from '../../source/proc/descriptor/count.ts';
import { childrenByParent, childrenOf, listsChildren } from '../../source/proc/process/descendants.ts';
import { readStat } from '../../source/proc/process/read-stat.ts';

/** One process at one look. */
export interface Seen {
  readonly pid: number;
  readonly parent: number;
  /** Start after boot in seconds, in steps of 0.01: with the pid, who it is. */
  readonly born: number;
  readonly command: string;
  readonly zombie: boolean;
  /** It works, or would if there were a processor free for it. */
  readonly running: boolean;
  /** As waitpid(2) has it, of a zombie; 0 also where we may not know. */
  readonly status: number | null;
  /** Whether we may know how it ends. */
  readonly permitted: boolean;
  /** Descriptors; null where they cannot be counted, or were not at this look. */
  readonly count: number | null;
  /** As in ProcessStat. */
  readonly faults: number;
  readonly childFaults: number;
}

/** Looks out of which one asks everybody for children; the others ask only those that have had some. */
const ALL_EVERY = 10;

/** Looks at some processes and at all that descends from them, cheaply enough to be done many times a second. */
export class FamilyEyes {
  readonly #root: string;
  readonly #counts: boolean;
  readonly #listsChildren: boolean;
  /** Those that have had children. */
  readonly #parents = new Set<number>();
  /** Everybody seen at the last look: who loses his parent stays one of us. */
  #known = new Map<number, number>();
  #turn = 0;

  /** @param counts whether the kernel counts descriptors (Linux 6.2); else they are listed, now and then */
  constructor(root: string, counts: boolean) {
    this.#root = root;
    this.#counts = counts;
    this.#listsChildren = listsChildren(root);
  }

  /** Everybody of the family who is there now, parents before their children. */
  look(roots: Iterable<number>): Map<number, Seen> {
    const turn = this.#turn++;
    const all = turn % ALL_EVERY === 0;
    const below = this.#listsChildren ? null : childrenByParent(this.#root);
    const found = new Map<number, Seen>();
    const wanted = new Set(roots);
    const queue = [...new Set([...wanted, ...this.#known.keys()])];
    const children = new Set<number>();
    for (let at = 0; at < queue.length; at++) {
      const pid = queue[at] as number;
      if (pid === process.pid || found.has(pid)) continue;
      const seen = this.#see(pid, all);
      if (seen === null) continue;
      // A pid of ours that was given out again is a stranger, unless it is a child of ours once more.
      const known = this.#known.get(pid);
      if (known !== seen.born && !children.has(pid) && !(known === undefined && wanted.has(pid))) continue;
      found.set(pid, seen);
      if (seen.zombie || !(all || below !== null || this.#parents.has(pid) || !this.#known.has(pid))) continue;
      const own = below === null ? childrenOf(`${this.#root}/${pid}`) : (below.get(pid) ?? []);
      if (own.length > 0) this.#parents.add(pid);
      for (const child of own) children.add(child);
      queue.push(...own);
    }
    this.#known = new Map([...found].map(([pid, { born }]) => [pid, born]));
    for (const pid of this.#parents) if (!found.has(pid)) this.#parents.delete(pid);
    return found;
  }

  #see(pid: number, all: boolean): Seen | null {
    const folder = `${this.#root}/${pid}`;
    const stat = readStat(folder);
    if (!stat || stat.state === 'X') return null;
    const known = this.#known.get(pid);
    if (known !== undefined && known !== stat.startSeconds) this.#parents.delete(pid);
    const zombie = stat.state === 'Z' && stat.threads <= 1;
    return {
      pid,
      parent: stat.ppid,
      born: stat.startSeconds,
      command: stat.command,
      zombie,
      running: stat.state === 'R' || stat.state === 'D',
      status: zombie ? stat.exitStatus : null,
      permitted: stat.image !== '',
      count: zombie ? null : this.#counts ? countDescriptors(folder) : all ? listed(folder) : null,
      faults: stat.faults,
      childFaults: stat.childFaults,
    };
  }
}

function listed(folder: string): number | null {
  try {
    return readdirSync(`${folder}/fd`).length;
  } catch {
    return null;
  }
}
