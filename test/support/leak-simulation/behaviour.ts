import type { Random } from './random.ts';

/** The descriptor table of one simulated life: what is open, by an identity that never returns, and its group. */
export class Table {
  static #next = 0;
  readonly open = new Map<number, number>();

  add(group = 0): number {
    const id = Table.#next++;
    this.open.set(id, group);
    return id;
  }

  close(ids: Iterable<number>): void {
    for (const id of ids) this.open.delete(id);
  }
}

/** What one life does with descriptors. Times are seconds. */
export interface Behaviour {
  readonly serve?: (now: number) => void;
  /** Time has passed, with or without load. */
  readonly pass?: (now: number) => void;
}

export type Habit = (table: Table, random: Random) => Behaviour;

/** Loses descriptors: by chance, or exactly every so many requests. Several per request where the rate is above 1. */
export function leak(rate: number, manner: 'random' | 'exact' = 'exact'): Habit {
  return (table, random) => {
    let owed = 0;
    return {
      serve: () => {
        const whole = Math.floor(rate);
        owed += manner === 'exact' ? rate : whole + (random.chance(rate - whole) ? 1 : 0);
        for (; owed >= 1 - 1e-9; owed--) table.add();
      },
    };
  };
}

/** Opens up to `size`, with this chance at each request while there is room, and keeps them. */
export function pool(size: number, chance = 1): Habit {
  return (table, random) => {
    let open = 0;
    return {
      serve: () => {
        if (open < size && random.chance(chance)) {
          open++;
          table.add();
        }
      },
    };
  };
}

/** Opens one of `size` things at its first use; each request uses one of them by chance. */
export function lazyTables(size: number): Habit {
  return (table, random) => {
    const used = new Set<number>();
    return {
      serve: () => {
        const wanted = random.below(size);
        if (!used.has(wanted)) table.add();
        used.add(wanted);
      },
    };
  };
}

/** Keeps the last `size` of what it opens, one new thing at each request that misses. */
export function cache(size: number, missing = 1): Habit {
  return (table, random) => {
    const kept: number[] = [];
    return {
      serve: () => {
        if (random.chance(missing)) kept.push(table.add());
        if (kept.length > size) table.close(kept.splice(0, 1));
      },
    };
  };
}

/** Frees what it opened only when a collector runs, after a random number of requests. */
export function collected(least: number, most: number): Habit {
  return (table, random) => {
    let held: number[] = [];
    let due = least + random.below(most - least);
    return {
      serve: () => {
        held.push(table.add());
        if (--due > 0) return;
        table.close(held);
        held = [];
        due = least + random.below(most - least);
      },
    };
  };
}

/** Closes everything it opened at fixed times. */
export function batchClose(seconds: number): Habit {
  return (table, random) => {
    let held: number[] = [];
    let due = random.unit() * seconds;
    return {
      serve: () => {
        held.push(table.add());
      },
      pass: (now) => {
        if (now < due) return;
        table.close(held);
        held = [];
        due = now + seconds;
      },
    };
  };
}

/** Opens one thing with this chance at each request and closes it after a random time. */
export function churn(chance: number, meanSeconds: number): Habit {
  return (table, random) => {
    const due = new Map<number, number>();
    let clock = 0;
    return {
      serve: (now) => {
        clock = now;
        if (random.chance(chance)) due.set(table.add(), clock + random.wait(meanSeconds));
      },
      pass: (now) => {
        for (const [id, at] of due) {
          if (at > now) continue;
          table.close([id]);
          due.delete(id);
        }
      },
    };
  };
}

/** Clients of others that come, stay and leave, whatever load there is: about `mean` of them at a time. */
export function clients(mean: number, staySeconds: number): Habit {
  return (table, random) => {
    const due = new Map<number, number>();
    for (let count = 0; count < mean; count++) due.set(table.add(), random.wait(staySeconds));
    let next = random.wait(staySeconds / mean);
    return {
      pass: (now) => {
        for (; next <= now; next += random.wait(staySeconds / mean))
          due.set(table.add(), next + random.wait(staySeconds));
        for (const [id, at] of due) {
          if (at > now) continue;
          table.close([id]);
          due.delete(id);
        }
      },
    };
  };
}

/** Opens a new log now and then and lets the old one go a little later. */
export function logRotation(seconds: number, overlapSeconds: number): Habit {
  return (table, random) => {
    let [current, old] = [table.add(), -1];
    let [due, close] = [random.unit() * seconds, 0];
    return {
      pass: (now) => {
        if (now >= due) {
          table.close([old]);
          [old, current] = [current, table.add()];
          [due, close] = [now + seconds, now + overlapSeconds];
        }
        if (now >= close) table.close([old]);
      },
    };
  };
}

/** Each thread keeps the file of its last request until its next one. */
export function lastRequestKept(threads: number): Habit {
  return (table, random) => {
    const held = new Map<number, number>();
    return {
      serve: () => {
        const thread = random.below(threads);
        const old = held.get(thread);
        if (old !== undefined) table.close([old]);
        held.set(thread, table.add());
      },
    };
  };
}

/** Loses descriptors for a while, then everything that was lost is found and the group is gone. */
export function vanishing(afterRequests: number): Habit {
  return (table) => {
    let held: number[] = [];
    let served = 0;
    return {
      serve: () => {
        served++;
        if (served < afterRequests) held.push(table.add());
        else {
          table.close(held);
          held = [];
        }
      },
    };
  };
}
