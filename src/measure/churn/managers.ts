import { ProcessChoice } from '../../analysis/process/process-choice.ts';
import { CouldNotTellError, UsageError } from '../../model/error.ts';
import { networkNamespaces } from '../../source/proc/network/network-namespaces.ts';
import { childrenOf, descendantsOf } from '../../source/proc/process/descendants.ts';
import { listProcesses } from '../../source/proc/process/processes.ts';
import { readStat } from '../../source/proc/process/read-stat.ts';
import type { ProcessStat } from '../../source/proc/process/stat.ts';
import { listenerHolders, listenerInodes } from '../target/listener.ts';

/** Whoever has lost its parent is a child of init: that is no manager. */
const INIT = 1;

/** A manager that ended. */
export interface GoneManager {
  readonly parent: number;
  readonly command: string | null;
  /** Seconds after boot. */
  readonly born: number;
}

/** Whom the word means, and who takes the place of a manager that ended. */
export class Managers {
  readonly #root: string;
  readonly #word: string;
  readonly #port: number | null;
  readonly #choice: ProcessChoice;

  /** @param word a pid, a COMMAND (a glob), or `:PORT` of a listener */
  constructor(root: string, word: string) {
    this.#root = root;
    this.#word = word;
    const port = /^:(\d{1,5})$/.exec(word)?.[1];
    if (word.startsWith(':') && port === undefined) throw new UsageError(`${word}: wants :PORT.`, ':8080');
    this.#port = port === undefined ? null : Number(port);
    this.#choice = new ProcessChoice(word);
  }

  /**
   * Pids of the managers: of those that the word means, whoever descends from no other of them.
   *
   * @throws CouldNotTellError if nobody is there, or nobody can be found
   */
  find(): number[] {
    const { pids, refused } = this.#meant();
    const own = new Set([process.pid, process.ppid]);
    const alive = pids.filter((pid) => !own.has(pid) && isAlive(this.#stat(pid)));
    if (alive.length === 0) {
      const where =
        this.#port === null ? `There is no process ${this.#word}` : `Nobody is seen to listen on ${this.#word}`;
      throw new CouldNotTellError(
        `${where}.`,
        refused > 0 ? `${refused} processes could not be looked into: run it with sudo` : 'leaksof rank --live',
      );
    }
    const below = descendantsOf(this.#root, alive);
    const tops = alive.filter((pid) => !below.has(pid));
    return this.#port === null ? tops : this.#above(tops);
  }

  /**
   * Who took the place of a manager: another child of its parent with its COMMAND, that began after it; or who the word means now.
   * Not one of `followed`: a worker that lost its manager may look the same.
   */
  successors(gone: GoneManager, followed: ReadonlySet<number>): number[] {
    const siblings = childrenOf(`${this.#root}/${gone.parent}`).filter((pid) => {
      const stat = this.#stat(pid);
      const fits = isAlive(stat) && stat?.command === gone.command && stat.startSeconds > gone.born;
      return fits && pid !== process.pid && !followed.has(pid);
    });
    if (siblings.length > 0 || /^\d+$/.test(this.#word)) return siblings;
    try {
      return this.find().filter((pid) => !followed.has(pid));
    } catch (error) {
      if (error instanceof CouldNotTellError) return [];
      throw error;
    }
  }

  /** Several that listen on one port and have one parent are its workers: then that one is the manager. */
  #above(tops: readonly number[]): number[] {
    const parents = new Set(tops.map((pid) => this.#stat(pid)?.ppid ?? 0));
    const [parent = 0] = parents;
    return tops.length > 1 && parents.size === 1 && parent > INIT && parent !== process.ppid ? [parent] : [...tops];
  }

  #meant(): { pids: readonly number[]; refused: number } {
    if (this.#port !== null) return this.#listening(this.#port);
    const pids = listProcesses(this.#root).filter((pid) => {
      return this.#choice.isPid(pid) || this.#choice.isLabel(this.#stat(pid)?.command ?? null);
    });
    return { pids, refused: 0 };
  }

  #listening(port: number): { pids: readonly number[]; refused: number } {
    const found = networkNamespaces(this.#root, listProcesses(this.#root)).map(({ id }) =>
      listenerHolders(this.#root, listenerInodes(this.#root, { namespace: id, local: null, port })),
    );
    return { pids: found.flatMap(({ pids }) => pids), refused: Math.max(0, ...found.map(({ refused }) => refused)) };
  }

  #stat(pid: number): ProcessStat | null {
    return readStat(`${this.#root}/${pid}`);
  }
}

function isAlive(stat: ProcessStat | null): boolean {
  return stat !== null && stat.state !== 'Z' && stat.state !== 'X';
}
