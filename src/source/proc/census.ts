import { readdirSync, statSync } from 'node:fs';
import type { ProcessFact } from '../../model/process.ts';
import { findSharedTables } from './descriptor/shared-table.ts';
import { liveTable } from './descriptor/table.ts';
import { readMachine } from './kernel/machine.ts';
import { countProcess, type Machine } from './process/process-fact.ts';
import { listProcesses } from './process/processes.ts';

/** Seconds after which limits, user and command of a process are read again. */
const FACTS_AGE = 60;
/** From this share of the limit on they are read again sooner: who is near the limit may raise it. */
const NEAR = 0.5;
const FACTS_AGE_NEAR = 5;

/** Of more processes than this those whose count has not changed for so many looks take turns: each is counted at every fourth look. */
const MANY = 500;
const STILL = 8;
const TURNS = 4;

/** Seconds in which a process may become another program. */
const YOUNG = 3;
const LONG_AGO = Number.NEGATIVE_INFINITY;

/** One process that a census follows, by pid and start time. */
export interface Counted {
  /** As it was last read. */
  fact: ProcessFact;
  /** Descriptors in use now; null where they cannot be counted. */
  count: number | null;
}

interface Known extends Counted {
  readonly pid: number;
  /** Folder of the descriptors that are counted. */
  folder: string;
  /** Inode of that folder: another one may mean another process under the same pid. */
  inode: number;
  /** When the fact is to be read again, on the caller's clock. */
  due: number;
  /** Looks since the count changed. */
  still: number;
}

/** What one look saw. */
export interface Look {
  /** Processes that are followed from now on. */
  readonly begun: readonly Counted[];
  /** Processes that are gone; counts are those of the look before. */
  readonly ended: readonly Counted[];
  /** Of those that are followed, the ones whose fact was read again and differs. */
  readonly renewed: readonly Counted[];
  /** Everybody who is followed. */
  readonly counted: Iterable<Counted>;
}

/** Chooses whom a census follows. */
export interface CensusChoice {
  /** False if nobody of this pid can be wanted, whoever it is: saves reading about it. */
  mayWant(pid: number): boolean;
  /** Asked when a process is first seen, and for some seconds again, until a fork has become what it is going to be. */
  wants(fact: ProcessFact): boolean;
  /** Told of those that are gone, before anybody new is asked about. Returns who of those turned down is to be asked about again. */
  gone(ended: readonly Counted[]): 'nobody' | 'late' | 'all';
}

/**
 * Counts processes again and again at the least cost: one listing of /proc and one stat(2) for each process that is
 * followed, or for a part of them where they are many and keep still. Whether a pid was given to another process shows in the inode of its folder, from that same stat; limits are read
 * about once a minute. Without the kernel's count (before Linux 6.2) the descriptors are listed, which costs far more.
 */
export class Census {
  readonly #machine: Machine;
  readonly #choice: CensusChoice;
  readonly #known = new Map<number, Known>();
  /** Processes not wanted, and when they were first seen; those of the first look have been what they are for long. */
  readonly #passed = new Map<number, number>();
  #looks = 0;

  constructor(root: string, choice: CensusChoice) {
    this.#machine = readMachine(root);
    this.#choice = choice;
  }

  /** Whether the kernel counts; else descriptors are listed, and reserved numbers are not seen. */
  get counts(): boolean {
    return this.#machine.counts;
  }

  /**
   * @param seconds the time, on any clock that does not go back
   * @param whole whether everybody is to be counted, however many they are
   * @throws what readdir(3) says of the proc tree
   */
  look(seconds: number, whole: boolean): Look {
    const pids = listProcesses(this.#machine.root);
    const ended: Counted[] = [];
    const renewed: Counted[] = [];
    const present = new Set(pids);
    const all = whole || this.#known.size <= MANY;
    for (const known of this.#known.values()) {
      const there = present.has(known.pid) && ((!all && this.#waits(known)) || this.#count(known));
      if (!there) {
        this.#known.delete(known.pid);
        ended.push(known);
      } else if (known.due <= seconds && this.#renew(known, seconds)) renewed.push(known);
    }
    for (const pid of this.#passed.keys()) if (!present.has(pid)) this.#passed.delete(pid);
    const again = this.#choice.gone(ended);
    if (again !== 'nobody') this.#askAgain(again, seconds);
    const begun = this.#welcome(pids, seconds);
    if (this.#looks === 0) this.#findShared(begun);
    this.#looks++;
    return { begun, ended, renewed, counted: { [Symbol.iterator]: () => this.#known.values() } };
  }

  /** Who shares the table of another: looked for once, since it costs more than all the counting. */
  #findShared(begun: readonly Counted[]): void {
    const shared = findSharedTables(
      this.#machine.root,
      begun.map(({ fact }) => fact),
    );
    for (const counted of begun) {
      const owner = shared.get(counted.fact.pid);
      if (owner !== undefined) counted.fact = { ...counted.fact, sharesTableWith: owner };
    }
  }

  /** Whether it is not its turn to be counted. */
  #waits({ pid, still }: Known): boolean {
    return still >= STILL && (pid + this.#looks) % TURNS !== 0;
  }

  /** Everybody who is new. A parent may come after its child in the listing, so those turned down are asked about until nobody else joins. */
  #welcome(pids: readonly number[], seconds: number): Counted[] {
    const begun: Counted[] = [];
    let waiting: ProcessFact[] = [];
    for (const pid of pids) {
      if (this.#known.has(pid) || this.#isSettled(pid, seconds)) continue;
      if (!this.#choice.mayWant(pid)) {
        this.#pass(pid, seconds);
        continue;
      }
      const fact = countProcess(this.#machine, pid);
      if (typeof fact === 'string' || fact.refused === 'zombie') this.#pass(pid, seconds);
      else waiting.push(fact);
    }
    for (let joined = true; joined; ) {
      joined = false;
      const left: ProcessFact[] = [];
      for (const fact of waiting) {
        if (!this.#choice.wants(fact)) {
          left.push(fact);
          continue;
        }
        const known = this.#follow(fact, seconds);
        if (known === null) continue;
        begun.push(known);
        joined = true;
      }
      waiting = left;
    }
    for (const { pid } of waiting) this.#pass(pid, seconds);
    return begun;
  }

  #pass(pid: number, seconds: number): void {
    if (!this.#passed.has(pid)) this.#passed.set(pid, this.#looks === 0 ? LONG_AGO : seconds);
  }

  /** Whether it was turned down for good. */
  #isSettled(pid: number, seconds: number): boolean {
    const seen = this.#passed.get(pid);
    return seen !== undefined && seconds - seen > YOUNG;
  }

  /** `late`: those that have come since the first look. */
  #askAgain(who: 'late' | 'all', seconds: number): void {
    for (const [pid, seen] of this.#passed) if (who === 'all' || seen > LONG_AGO) this.#passed.set(pid, seconds);
  }

  #follow(fact: ProcessFact, seconds: number): Known | null {
    const { pid } = fact;
    const folder = liveTable(`${this.#machine.root}/${pid}`, fact.state ?? 'R', fact.threads ?? 1);
    if (folder === null) return null;
    // A process just begun may be about to become another program.
    const known: Known = {
      pid,
      fact,
      count: null,
      folder,
      inode: 0,
      still: 0,
      due: this.#looks === 0 ? dueOf(fact, seconds) : seconds,
    };
    const status = statOf(folder);
    if (status === null) return null;
    known.inode = status.inode;
    known.count = this.#countIn(folder, status.size);
    this.#known.set(pid, known);
    this.#passed.delete(pid);
    return known;
  }

  /** Counts it anew; false if it is gone. */
  #count(known: Known): boolean {
    const status = statOf(known.folder);
    if (status === null) return this.#moved(known);
    if (status.inode !== known.inode && !this.#isSame(known)) return false;
    known.inode = status.inode;
    // A table of nothing is also what a zombie shows, and one whose first thread has ended.
    if (status.size === 0 && this.#machine.counts && known.count !== 0) return this.#moved(known);
    const count = this.#countIn(known.folder, status.size);
    known.still = count === known.count ? known.still + 1 : 0;
    known.count = count;
    return true;
  }

  /** Looks for the table elsewhere: with another thread. */
  #moved(known: Known): boolean {
    const fact = countProcess(this.#machine, known.pid);
    if (typeof fact === 'string' || fact.startTime !== known.fact.startTime || fact.refused === 'zombie') return false;
    const folder = liveTable(`${this.#machine.root}/${known.pid}`, fact.state ?? 'R', fact.threads ?? 1);
    const status = folder === null ? null : statOf(folder);
    if (folder === null || status === null) return false;
    known.folder = folder;
    known.inode = status.inode;
    known.count = this.#countIn(folder, status.size);
    return true;
  }

  #countIn(folder: string, size: number): number | null {
    if (this.#machine.counts) return size;
    try {
      return readdirSync(`${folder}/fd`).length;
    } catch {
      return null;
    }
  }

  #isSame(known: Known): boolean {
    const fact = countProcess(this.#machine, known.pid);
    return typeof fact !== 'string' && fact.startTime === known.fact.startTime;
  }

  /** Reads the fact again; true if something about it changed. */
  #renew(known: Known, seconds: number): boolean {
    const fact = countProcess(this.#machine, known.pid);
    if (typeof fact === 'string') return false;
    const before = known.fact;
    const { sharesTableWith } = before;
    known.fact = sharesTableWith === undefined ? fact : { ...fact, sharesTableWith };
    known.due = dueOf(fact, seconds);
    return (
      before.softLimit !== fact.softLimit ||
      before.hardLimit !== fact.hardLimit ||
      before.command !== fact.command ||
      before.user !== fact.user ||
      before.ppid !== fact.ppid
    );
  }
}

/** Pids spread the work over time. */
function dueOf({ pid, descriptors = 0, softLimit = Number.POSITIVE_INFINITY }: ProcessFact, seconds: number): number {
  if (descriptors >= softLimit * NEAR) return seconds + FACTS_AGE_NEAR;
  return seconds + FACTS_AGE / 2 + ((pid * 7) % FACTS_AGE);
}

function statOf(folder: string): { size: number; inode: number } | null {
  try {
    const status = statSync(`${folder}/fd`, { throwIfNoEntry: false });
    return status ? { size: status.size, inode: status.ino } : null;
  } catch {
    return null;
  }
}
