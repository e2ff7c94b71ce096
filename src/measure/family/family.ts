import type { Life } from '../../analysis/leak-rule/measurement.ts';
import type { Role } from '../../analysis/probe/probe-run.ts';
import { countDescriptors } from '../../source/proc/descriptor/count.ts';
import { tryShortFile } from '../../source/proc/kernel/kernel-file.ts';
import { readMachine } from '../../source/proc/kernel/machine.ts';
import { descendantsOf } from '../../source/proc/process/descendants.ts';
import { parseLimits } from '../../source/proc/process/limits.ts';
import { type ListedProcess, listedProcess } from '../../source/proc/process/listed-process.ts';
import { countProcess, type Machine } from '../../source/proc/process/process-fact.ts';
import { readStat } from '../../source/proc/process/read-stat.ts';

/** A process of the family that is alive. */
export interface Member {
  /** Index in `Family.lives`. */
  readonly life: number;
  readonly pid: number;
  readonly folder: string;
  readonly process: ListedProcess;
  readonly role: Role;
  /** Start after boot in seconds: with the pid, which life it is. */
  readonly started: number;
}

/** What was known of a life when it was first seen. */
export interface LifeFact extends Life {
  readonly role: Role;
  /** The kernel's count then, in descriptors. */
  readonly before: number | null;
  readonly softLimit: number | null;
}

/** Who belongs to the family at this moment, by pid; `again` where a member has ended. */
export type Roots = (again: boolean) => ReadonlyMap<number, Role>;

/** The processes of a service through time: its roots and all that descends from them. */
export class Family {
  readonly #machine: Machine;
  readonly #find: Roots;
  #roots: ReadonlyMap<number, Role>;
  #members: readonly Member[] = [];
  readonly lives: LifeFact[] = [];
  /** Lives that have ended. */
  ended = 0;
  readonly #endedRoles = new Set<string>();

  /** @param root proc tree */
  constructor(root: string, find: Roots) {
    this.#machine = readMachine(root);
    this.#find = find;
    this.#roots = find(false);
    this.refresh();
  }

  get members(): readonly Member[] {
    return this.#members;
  }

  /** Asks again who belongs to the family, and looks who of them is alive. */
  search(): void {
    this.#roots = this.#find(false);
    this.refresh();
  }

  /** Looks who is alive. A pid that was given out again is another life. */
  refresh(): void {
    const known = new Map(this.#members.map((member) => [member.pid, member]));
    let found = this.#look(known);
    const lost = this.#members.filter(({ life }) => !found.some((member) => member.life === life));
    if (lost.length > 0 || found.length === 0) {
      this.#roots = this.#find(true);
      for (const member of found) known.set(member.pid, member);
      found = this.#look(known);
    }
    for (const { life } of this.#members) {
      if (found.some((member) => member.life === life)) continue;
      this.ended++;
      this.#endedRoles.add(this.#roleOf(life));
    }
    this.#members = found;
  }

  /** Members of a kind of which some have ended: those that are replaced from time to time. */
  get replaced(): number {
    return this.#members.filter(({ life }) => this.#endedRoles.has(this.#roleOf(life))).length;
  }

  /** Lives of one parent with one command can take one another's place. */
  #roleOf(life: number): string {
    const { parent, command } = this.lives[life];
    return `${parent ?? ''} ${command}`;
  }

  /** The member with the fewest free numbers below its soft limit; null if no member's are known. */
  leastHeadroom(): { readonly member: Member; readonly used: number; readonly softLimit: number } | null {
    let least: { member: Member; used: number; softLimit: number } | null = null;
    for (const member of this.#members) {
      const softLimit = this.lives[member.life].softLimit;
      const used = countDescriptors(member.folder);
      if (softLimit === null || used === null || !Number.isFinite(softLimit)) continue;
      if (least === null || softLimit - used < least.softLimit - least.used) least = { member, used, softLimit };
    }
    return least;
  }

  #look(known: ReadonlyMap<number, Member>): Member[] {
    const roots = [...this.#roots.keys()];
    const found: Member[] = [];
    for (const pid of [...roots, ...descendantsOf(this.#machine.root, roots)]) {
      const member = this.#member(pid, known.get(pid), found);
      if (member !== null) found.push(member);
    }
    return found;
  }

  #member(pid: number, known: Member | undefined, found: readonly Member[]): Member | null {
    if (pid === process.pid) return null;
    const folder = `${this.#machine.root}/${pid}`;
    const stat = readStat(folder);
    if (!stat || stat.state === 'Z' || stat.state === 'X') return null;
    if (known?.started === stat.startSeconds) return known;
    const fact = countProcess(this.#machine, pid);
    if (typeof fact === 'string') return null;
    const role = this.#roots.get(pid) ?? parentRole(found, stat.ppid);
    this.lives.push({
      pid,
      startTime: fact.startTime ?? null,
      command: fact.command ?? String(pid),
      parent: stat.ppid,
      role,
      before: countDescriptors(folder),
      softLimit: fact.softLimit ?? null,
    });
    const listed = listedProcess(fact, folder);
    return { life: this.lives.length - 1, pid, folder, process: listed, role, started: stat.startSeconds };
  }
}

/** A child of an upstream is an upstream, and so are its children: who descends comes after whom it descends from. */
function parentRole(found: readonly Member[], parent: number): Role {
  const role = found.find(({ pid }) => pid === parent)?.role;
  return role === 'upstream' || role === 'given' ? role : 'family';
}

/** CPU seconds that a process has used; null if it has ended. */
export function workOf(folder: string): number | null {
  return readStat(folder)?.cpuSeconds ?? null;
}

/** The soft limit now: it can be changed while a process runs. */
export function softLimitOf(folder: string): number | null {
  return parseLimits(tryShortFile(`${folder}/limits`)?.toString('latin1') ?? '')?.softLimit ?? null;
}
