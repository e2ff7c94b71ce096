import { resolve } from 'node:path';
import { Census, type Counted, type Look } from '../../source/proc/census.ts';
import { hiddenProcesses } from '../../source/proc/kernel/namespaces.ts';
import { ownPrivilege } from '../../source/proc/kernel/privilege.ts';
import { WatchChoice, type WatchWish } from './choice.ts';
import { type NamedTable, readNames } from './names.ts';

/** What a watch sees the machine through, so that a replay can stand in for it. */
export interface Eyes {
  /** Counts those who are watched: with `whole` everybody, else still ones of very many by turns. */
  look(seconds: number, whole: boolean): Look;
  /** What these processes hold by name; whoever cannot be read is left out. */
  names(pids: readonly number[]): Promise<ReadonlyMap<number, NamedTable>>;
  /** Whose place a process took that has just begun to be watched. */
  predecessor(pid: number): Counted | null;
  /** What is not seen, as sentences. */
  readonly hidden: readonly string[];
}

/** The live machine. `root` is its proc tree. */
export function liveEyes(wish: WatchWish, root = '/proc'): Eyes {
  const folder = resolve(root);
  const choice = new WatchChoice(folder, folder === '/proc' ? process.pid : null, wish);
  const census = new Census(folder, choice);
  const standing = hiddenProcesses(folder, true, ownPrivilege(folder).capable);
  if (!census.counts) {
    standing.push('this kernel (before 6.2) gives no counts: descriptors are listed, reserved numbers are not seen');
  }
  return {
    look: (seconds, whole) => census.look(seconds, whole),
    async names(pids) {
      const named = await readNames(folder, pids);
      for (const [pid, { ports }] of named) choice.listens(pid, ports);
      return named;
    },
    predecessor: (pid) => choice.predecessor(pid),
    get hidden() {
      const { unsearched } = choice;
      return unsearched === 0
        ? standing
        : [...standing, `${unsearched} processes could not be searched for the port (no permission)`];
    },
  };
}
