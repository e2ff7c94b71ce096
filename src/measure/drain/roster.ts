import type { DrainRole } from '../../analysis/drain/observation.ts';
import { ProcessChoice } from '../../analysis/process/process-choice.ts';
import { CouldNotTellError } from '../../model/error.ts';
import type { SignalMasks } from '../../model/signal-masks.ts';
import { tryKernelText } from '../../source/proc/kernel/kernel-file.ts';
import { socketHolders } from '../../source/proc/network/socket-holders.ts';
import { tcpListeners } from '../../source/proc/network/tcp-endpoints.ts';
import { unixListeners } from '../../source/proc/network/unix-listeners.ts';
import { descendantsOf } from '../../source/proc/process/descendants.ts';
import { listProcesses } from '../../source/proc/process/processes.ts';
import { readStat } from '../../source/proc/process/read-stat.ts';
import { readSignals } from '../../source/proc/process/signals.ts';
import { EXITING, type ProcessStat, parseBootTime } from '../../source/proc/process/stat.ts';
import { networkOf } from './network-watch.ts';

/** A process that is followed: pid and start, since a pid alone is reused. */
export interface Member {
  /** In the order in which they were met. */
  readonly life: number;
  readonly pid: number;
  readonly folder: string;
  readonly command: string;
  readonly parent: number;
  readonly role: DrainRole;
  readonly startSeconds: number;
  /** UTC ISO-8601; null where the machine does not say when it was booted. */
  readonly startTime: string | null;
  readonly signals: SignalMasks | null;
}

/** What is known of a process at a glance. */
export interface Glance {
  readonly stat: ProcessStat;
  /** On its way out, or a zombie. */
  readonly exiting: boolean;
  /** Gone but for its status, with all its threads: a first thread that ended alone leaves a living process. */
  readonly zombie: boolean;
}

/** init of the machine or the container: it holds listeners that it passes on, and is nobody's worker. */
const INIT = 1;

/** Who has to do with a shutdown: those who are asked, all that descend from them, and who else holds their listeners. */
export class Roster {
  readonly #root: string;
  readonly #boot: number | null;
  readonly members: Member[] = [];
  readonly #living = new Map<number, Member>();
  /** Processes that could not be searched for the listeners. */
  readonly unsearched: number;

  /**
   * @param root proc tree
   * @param word a pid, or a COMMAND; of several processes it names those that descend from no other of them
   * @throws CouldNotTellError if there is none
   */
  constructor(root: string, word: string) {
    this.#root = root;
    this.#boot = parseBootTime(tryKernelText(`${root}/stat`) ?? '');
    const asked = this.#choose(word);
    for (const pid of asked) this.#add(pid, 'asked');
    this.refresh();
    this.unsearched = this.#addBeside();
    if (this.members.length === 0) {
      throw new CouldNotTellError(`${word}: no such process is alive.`, 'name a pid, or a COMMAND as in leaksof rank');
    }
  }

  /** Those that have not ended. */
  get living(): readonly Member[] {
    return [...this.#living.values()];
  }

  /** Looks for new descendants of those that have to end. */
  refresh(): readonly Member[] {
    const known = this.members.length;
    const parents = this.living.filter(({ role }) => role !== 'beside').map(({ pid }) => pid);
    for (const pid of descendantsOf(this.#root, parents)) this.#add(pid, 'descendant');
    return this.members.slice(known);
  }

  /** What a member is doing; null if it is gone, and another process may have its pid. */
  glance(member: Member): Glance | null {
    const stat = readStat(member.folder);
    if (stat === null || stat.startSeconds !== member.startSeconds) return null;
    const dead = stat.state === 'Z' || stat.state === 'X';
    // The first thread can end alone; then the flags are its own.
    if (dead && stat.threads > 1) return { stat, exiting: false, zombie: false };
    // From SIGKILL on its status stands there before a process is on its way; of a stopped one it is why it stopped.
    const doomed = (stat.exitStatus ?? 0) !== 0 && !/[Tt]/.test(stat.state);
    return { stat, exiting: dead || doomed || (stat.flags & EXITING) !== 0, zombie: dead };
  }

  /** Takes one off the list of those that live. */
  ended(member: Member): void {
    this.#living.delete(member.pid);
  }

  #choose(word: string): number[] {
    const choice = new ProcessChoice(word);
    const chosen = listProcesses(this.#root).filter((pid) => {
      if (pid === process.pid) return false;
      const stat = readStat(`${this.#root}/${pid}`);
      if (stat === null || (stat.state === 'Z' && stat.threads <= 1)) return false;
      return choice.isPid(pid) || choice.isLabel(stat.command);
    });
    const all = new Set(chosen);
    return chosen.filter((pid) => !ancestorsOf(this.#root, pid).some((ancestor) => all.has(ancestor)));
  }

  #add(pid: number, role: DrainRole): void {
    const known = this.#living.get(pid);
    const folder = `${this.#root}/${pid}`;
    const stat = readStat(folder);
    if (stat === null || pid === process.pid || known?.startSeconds === stat.startSeconds) return;
    const gone = this.members.some((member) => member.pid === pid && member.startSeconds === stat.startSeconds);
    if (gone || (stat.state === 'Z' && stat.threads <= 1)) return;
    const member: Member = {
      life: this.members.length,
      pid,
      folder,
      command: stat.command,
      parent: stat.ppid,
      role,
      startSeconds: stat.startSeconds,
      startTime: this.#boot === null ? null : new Date((this.#boot + stat.startSeconds) * 1000).toISOString(),
      signals: readSignals(folder),
    };
    this.members.push(member);
    this.#living.set(pid, member);
  }

  /** Whoever else holds a listener of the family: the workers and the manager of one that was named by itself. */
  #addBeside(): number {
    const own = new Set(this.members.map(({ pid }) => pid));
    const inodes = new Set<string>();
    const byNetwork = new Map(this.members.map(({ folder }) => [networkOf(folder), folder]));
    const pids = this.members.map(({ pid }) => pid);
    for (const folder of byNetwork.values()) {
      const listening = new Set([...tcpListeners(folder).map(({ inode }) => inode), ...unixListeners(folder).keys()]);
      for (const inode of socketHolders(this.#root, listening, pids).holders.keys()) inodes.add(inode);
    }
    if (inodes.size === 0) return 0;
    const { holders, refused } = socketHolders(this.#root, inodes, listProcesses(this.#root));
    for (const pid of new Set([...holders.values()].flat()))
      if (!own.has(pid) && pid !== INIT) this.#add(pid, 'beside');
    return refused;
  }
}

/** The pids above a process, nearest first. */
export function ancestorsOf(root: string, pid: number): number[] {
  const found: number[] = [];
  for (let at = readStat(`${root}/${pid}`)?.ppid ?? 0; at > 0 && !found.includes(at); ) {
    found.push(at);
    at = readStat(`${root}/${at}`)?.ppid ?? 0;
  }
  return found;
}
