import type { DrainItem, DrainLife, Ending, Fate, PortHolder, ProcessSight } from '../../analysis/drain/observation.ts';
import { type ProcessStat, SIGNALLED } from '../../source/proc/process/stat.ts';
import { endingBy } from './ending.ts';
import { endsOf, NetworkWatch, networkOf, statesByEnds } from './network-watch.ts';
import { portHolders } from './port-holders.ts';
import { ProcessLook } from './process-look.ts';
import type { Glance, Member, Roster } from './roster.ts';

/** What was seen of the end of one that is not gone yet. */
interface Going {
  ending: Ending;
  /** Whether its descriptors were looked at since it began to go. */
  looked: boolean;
}

const UNSEEN: Ending = { by: null, code: null, signal: null };

/** Sees the processes of a roster, and says what it sees as items without a time. */
export class DrainObserver {
  readonly #root: string;
  readonly #roster: Roster;
  readonly #looks = new Map<number, ProcessLook>();
  readonly #going = new Map<number, Going>();
  readonly #told = new Set<number>();
  /** Listeners ever seen, by address, with the namespace they are in. */
  readonly #addresses = new Map<string, string>();

  readonly #networks: NetworkWatch;
  readonly #now: () => number;

  /** @param now the clock that items are timed by, seconds */
  constructor(root: string, roster: Roster, now: () => number) {
    this.#root = root;
    this.#roster = roster;
    this.#now = now;
    this.#networks = new NetworkWatch(root, now);
  }

  /** Processes that were not told of before. */
  newcomers(): DrainItem[] {
    const seconds = this.#now();
    return this.#roster.members.flatMap((member): DrainItem[] => {
      if (this.#told.has(member.life)) return [];
      this.#told.add(member.life);
      return [{ kind: 'life', seconds, life: member.life, fact: factOf(member) }];
    });
  }

  /** Looks at the descriptors of everybody who lives. */
  look(): ProcessSight[] {
    this.#roster.refresh();
    const sights = this.#see(this.#roster.living);
    const networks = new Map<string, { folder: string; haste: boolean }>();
    for (const member of this.#roster.living) {
      const { network, sockets } = this.#lookOf(member);
      const haste = networks.get(network)?.haste === true || sockets.some(({ kind }) => kind === 'unnamed');
      networks.set(network, { folder: member.folder, haste });
    }
    for (const [network, { folder, haste }] of networks) this.#networks.refresh(network, folder, haste);
    return sights;
  }

  /** The same with the sockets as they are now. */
  async fullLook(): Promise<ProcessSight[]> {
    this.#roster.refresh();
    const networks = new Map(this.#roster.living.map((member) => [this.#lookOf(member).network, member.folder]));
    await Promise.all([...networks].map(([network, folder]) => this.#networks.renew(network, folder)));
    return this.#see(this.#roster.living);
  }

  /**
   * Looks only who is on its way out, which costs one small file for each: the time between the last breath and the moment when
   * a parent takes note of it is milliseconds, and only then the kernel says how it ended and what it still held.
   */
  pulse(): { readonly sights: readonly ProcessSight[]; readonly ended: readonly Member[] } {
    const ended: Member[] = [];
    const fresh: Member[] = [];
    for (const member of this.#roster.living) {
      const glance = this.#roster.glance(member);
      if (glance !== null) this.#note(member, glance);
      if (glance === null || glance.zombie) ended.push(member);
      const going = this.#going.get(member.life);
      if (!going || going.looked) continue;
      going.looked = true;
      if (glance?.exiting === true && !glance.zombie) fresh.push(member);
    }
    return { sights: fresh.length === 0 ? [] : this.#see(fresh), ended };
  }

  /** Takes those that ended off the list, and says how they did. */
  bury(ended: readonly Member[]): DrainItem[] {
    for (const member of ended) this.#roster.ended(member);
    const seconds = this.#now();
    return ended.map(({ life }): DrainItem => {
      return { kind: 'end', seconds, life, ending: this.#going.get(life)?.ending ?? UNSEEN };
    });
  }

  /** Those whose end was not seen whole: it is not known how they ended. */
  get unseen(): readonly Member[] {
    const living = new Set(this.#roster.living);
    return this.#roster.members.filter((member) => {
      const { code, signal } = this.#going.get(member.life)?.ending ?? UNSEEN;
      return !living.has(member) && code === null && signal === null;
    });
  }

  /** What becomes of the connections of those that have just ended, but for those that somebody who lives holds too. */
  async fates(ended: readonly Member[]): Promise<DrainItem[]> {
    const kept = new Set(
      this.#roster.living.flatMap(({ life }) => this.#looks.get(life)?.sockets.map(({ inode }) => inode) ?? []),
    );
    const folders = this.#roster.living.map(({ folder }) => folder);
    return Promise.all(
      ended.map(async ({ life }): Promise<DrainItem> => {
        const { sockets = [], network = '' } = this.#looks.get(life) ?? {};
        const own = sockets.filter(
          ({ inode, state }) => /^(?:ESTABLISHED|CLOSE_WAIT)$/.test(state) && !kept.has(inode),
        );
        const states = own.length === 0 ? null : await statesByEnds(this.#root, network, folders);
        const fates = own.map((socket): Fate => ({ inode: socket.inode, state: states?.get(endsOf(socket)) ?? null }));
        return { kind: 'fates', seconds: this.#now(), life, fates };
      }),
    );
  }

  /** Ends what it watches by. */
  async close(): Promise<void> {
    await this.#networks.close();
  }

  /** Who listens now where the family listened. */
  ports(): PortHolder[] {
    const folders = [`${this.#root}/self`, ...this.#roster.living.map(({ folder }) => folder)];
    return [...new Set(this.#addresses.values())].flatMap((network) => {
      const folder = folders.find((one) => networkOf(one) === network);
      const own = [...this.#addresses].flatMap(([address, place]) => (place === network ? [address] : []));
      return folder === undefined ? [] : portHolders(this.#root, folder, new Set(own));
    });
  }

  #see(members: readonly Member[]): ProcessSight[] {
    return members.flatMap((member) => {
      const glance = this.#roster.glance(member);
      if (glance === null) return [];
      this.#note(member, glance);
      const look = this.#lookOf(member);
      const sight = look.look(glance, this.#now(), this.#networks.latest(look.network));
      for (const { state, local } of sight.sockets) if (state === 'LISTEN') this.#addresses.set(local, look.network);
      return [sight];
    });
  }

  #lookOf(member: Member): ProcessLook {
    const look = this.#looks.get(member.life) ?? new ProcessLook(member);
    this.#looks.set(member.life, look);
    return look;
  }

  /** Remembers how a process is about to end, from the moment that the kernel knows. */
  #note({ life }: Member, { stat, exiting }: Glance): void {
    if (!exiting) return;
    const going = this.#going.get(life) ?? { ending: UNSEEN, looked: false };
    this.#going.set(life, going);
    going.ending = endingOf(stat, this.#looks.get(life)?.readable === true) ?? going.ending;
  }
}

/** The first thread's flags are those of the process only if it is the only one: exit_group(2) ends the others by a signal. */
function endingOf({ exitStatus, flags, threads }: ProcessStat, readable: boolean): Ending | null {
  const status = exitStatus ?? 0;
  if (exitStatus !== null && (readable || status !== 0)) return endingBy(status);
  if (threads > 1) return null;
  return { by: (flags & SIGNALLED) === 0 ? 'exit' : 'signal', code: null, signal: null };
}

function factOf({ pid, startTime, command, role, parent, signals }: Member): DrainLife {
  return { pid, startTime, command, role, parent, signals };
}
