import type { Role } from '../../analysis/probe/probe-run.ts';
import { CouldNotTellError, UsageError } from '../../model/error.ts';
import { tryShortFile } from '../../source/proc/kernel/kernel-file.ts';
import { networkNamespaces, ownsAddress } from '../../source/proc/network/network-namespaces.ts';
import { listProcesses } from '../../source/proc/process/processes.ts';
import { readStat } from '../../source/proc/process/read-stat.ts';
import type { RequestPlan } from '../load/request-plan.ts';
import { addressesOf, firstConnection } from './address.ts';
import { type Listener, listenerHolders, listenerInodes } from './listener.ts';
import { servingProcess } from './serving.ts';
import type { Upstream } from './upstream.ts';

/** Between two searches for the holders of a listener, ms at least: they cost a look at every descriptor of the machine. */
const SEARCH_MS = 1000;
/** They may take this share of the time. */
const SEARCHING = 1 / 8;

export interface TargetWish {
  /** proc tree */
  readonly root: string;
  /** Processes given by the user; instead of those that serve. */
  readonly pids: readonly number[];
  /** Ports or pids that are measured too. */
  readonly also: readonly Also[];
  /** Requests may go to another machine: what is measured was given then. */
  readonly allowRemote: boolean;
}

export type Also = { readonly pid: number } | { readonly port: number };

/** The processes behind a URL. */
export class Target {
  readonly #wish: TargetWish;
  readonly #upstreams: Upstream[] = [];
  /** Start of the processes that are known by pid alone: one that was given out again is somebody else. */
  readonly #starts = new Map<number, number | null>();
  /** When the next search may begin. */
  #nextSearch = performance.now() + SEARCH_MS;
  #holders: readonly number[];
  readonly address: string;
  readonly listener: Listener | null;
  /** Who accepted the first connection. */
  readonly serving: number | null;
  /** Processes that could not be looked into. */
  readonly refused: number;

  private constructor(
    wish: TargetWish,
    found: {
      readonly address: string;
      readonly listener: Listener | null;
      readonly serving: number | null;
      readonly holders: readonly number[];
      readonly refused: number;
    },
  ) {
    this.#wish = wish;
    this.address = found.address;
    this.listener = found.listener;
    this.serving = found.serving;
    this.refused = found.refused;
    this.#holders = found.holders;
  }

  /**
   * Connects to the service and finds who is at the other end.
   *
   * @throws UsageError for an address of another machine
   * @throws CouldNotTellError if nothing answers, or a process that was asked for does not exist
   */
  static async find(plan: RequestPlan, wish: TargetWish): Promise<Target> {
    const addresses = await Target.addresses(plan, wish);
    checkAsked(plan, wish);
    const { address, socket } = await firstConnection(plan, addresses);
    if (wish.pids.length > 0) {
      socket.destroy();
      return new Target(wish, { address, listener: null, serving: null, holders: [], refused: 0 });
    }
    const { listener, pid, holders, refused } = await servingProcess(wish.root, socket, plan);
    return new Target(wish, { address, listener, serving: pid, holders, refused });
  }

  /**
   * The addresses that requests may go to. Asked before anything is sent: another machine is not even connected to.
   *
   * @throws UsageError if there is none of this machine
   * @throws CouldNotTellError if the name has no address
   */
  static async addresses(plan: RequestPlan, wish: TargetWish): Promise<readonly string[]> {
    const all = await addressesOf(plan);
    const spaces = networkNamespaces(wish.root, listProcesses(wish.root));
    const own = all.filter((address) => spaces.some((space) => ownsAddress(space, address)));
    if (own.length > 0) return own;
    if (wish.allowRemote && (wish.pids.length > 0 || wish.also.length > 0)) return all;
    throw new UsageError(
      `${plan.url}: ${all.join(', ')} is no address of this machine, so the process behind it cannot be watched.`,
      `run leaksof there; or, if what leaks runs here: --allow-remote with --pid PID or --also :PORT`,
    );
  }

  get upstreams(): readonly Upstream[] {
    return this.#upstreams;
  }

  addUpstreams(found: readonly Upstream[]): void {
    this.#upstreams.push(...found.filter(({ pid }) => !this.#upstreams.some((known) => known.pid === pid)));
  }

  /**
   * Everybody whose descendants belong to the family.
   *
   * @param again look for the listener's holders again: somebody has ended
   */
  roots(again: boolean): ReadonlyMap<number, Role> {
    const roots = new Map<number, Role>();
    const add = (pids: readonly number[], role: Role): void => {
      for (const pid of pids) roots.set(pid, role);
    };
    add(
      this.#upstreams.map(({ pid }) => pid).filter((pid) => this.#isSame(pid)),
      'upstream',
    );
    for (const also of this.#wish.also) {
      add('pid' in also ? [also.pid].filter((pid) => this.#isSame(pid)) : this.#onPort(also.port), 'given');
    }
    add(
      this.#wish.pids.filter((pid) => this.#isSame(pid)),
      'given',
    );
    add(this.#listening(again), 'family');
    if (this.serving !== null && this.#isSame(this.serving)) roots.set(this.serving, 'serving');
    return roots;
  }

  #isSame(pid: number): boolean {
    const started = readStat(`${this.#wish.root}/${pid}`)?.startSeconds ?? null;
    const known = this.#starts.get(pid);
    if (known === undefined) this.#starts.set(pid, started);
    return started !== null && (known === undefined || known === started);
  }

  /** The listener's holders; looked for again if it is worth it, and not too often. */
  #listening(again: boolean): readonly number[] {
    const { listener } = this;
    const begun = performance.now();
    if (listener === null || !again || begun < this.#nextSearch) return this.#holders;
    const { root } = this.#wish;
    this.#holders = listenerHolders(root, listenerInodes(root, listener)).pids;
    const ended = performance.now();
    this.#nextSearch = ended + Math.max(SEARCH_MS, (ended - begun) / SEARCHING);
    return this.#holders;
  }

  #onPort(port: number): readonly number[] {
    return holdersOfPort(this.#wish.root, port).pids;
  }
}

/** Who listens on a port, in any network namespace. */
function holdersOfPort(root: string, port: number): { pids: number[]; refused: number } {
  const found = networkNamespaces(root, listProcesses(root)).map(({ id }) =>
    listenerHolders(root, listenerInodes(root, { namespace: id, local: null, port })),
  );
  return { pids: found.flatMap(({ pids }) => pids), refused: Math.max(0, ...found.map(({ refused }) => refused)) };
}

/** What was asked to be watched and is not there must not look as if it had been watched. */
function checkAsked({ url }: RequestPlan, { root, pids, also }: TargetWish): void {
  for (const pid of [...pids, ...also.flatMap((one) => ('pid' in one ? [one.pid] : []))]) {
    if (tryShortFile(`${root}/${pid}/stat`) === null) {
      throw new CouldNotTellError(`${url}: there is no process ${pid}.`, 'leaksof rank --live');
    }
  }
  for (const one of also) {
    if (!('port' in one)) continue;
    const holders = holdersOfPort(root, one.port);
    if (holders.pids.length > 0) continue;
    throw new CouldNotTellError(
      `${url}: nobody is seen to listen on port ${one.port} (--also).`,
      holders.refused > 0 ? `${holders.refused} processes could not be looked into: run it with sudo` : null,
    );
  }
}

/** No process of a target could be found; `refused` could not be looked into. */
export class NobodyFound extends CouldNotTellError {
  readonly refused: number;

  constructor({ url }: RequestPlan, { refused, listener }: Pick<Target, 'refused' | 'listener'>) {
    const where = listener === null ? 'no process on this machine is at the other end' : 'nobody holds its socket';
    super(
      refused > 0
        ? `${url}: the process behind it could not be found: ${refused} processes could not be looked into (no permission).`
        : `${url}: ${where} (in a container that cannot be seen from here?).`,
      refused > 0 ? 'run it with sudo, or give --pid PID of a process of yours' : 'give --pid PID',
    );
    this.refused = refused;
  }
}
