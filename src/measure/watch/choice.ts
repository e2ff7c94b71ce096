import { anyGlob } from '../../analysis/glob.ts';
import type { ProcessFact } from '../../model/process.ts';
import type { CensusChoice, Counted } from '../../source/proc/census.ts';
import { PortHolders } from './ports.ts';

/** Whom to watch. Pids, labels and ports are alternatives; a user must hold as well. Nothing given = everybody. */
export interface WatchWish {
  readonly pids: readonly number[];
  /** Globs over the COMMAND label. */
  readonly labels: readonly string[];
  /** Globs over the user. */
  readonly users: readonly string[];
  /** TCP ports that somebody listens on, in this network namespace. */
  readonly ports: readonly number[];
  /** Descendants too. */
  readonly tree: boolean;
  /** A job that we started: it and its descendants, nobody else. */
  readonly job: WatchedPid | null;
}

/** A process just started, and who was there before: nobody of those descends from it. */
interface WatchedPid {
  readonly pid: number;
  readonly before: ReadonlySet<number>;
}

/** The place of a process that is gone, for another one to take. */
interface Vacancy {
  readonly counted: Counted;
  /** TCP ports it listened on. */
  readonly ports: readonly number[];
  /** It was chosen for itself, not by a label that its successor has too. */
  readonly wanted: boolean;
}

/** Places kept free at most: on a machine where processes come and go all the time the oldest are forgotten. */
const VACANCIES = 1000;

/** Decides who is watched, and who takes the place of whom: one with the same parent, command and user, or with the same listening port. */
export class WatchChoice implements CensusChoice {
  readonly #pids: Set<number>;
  readonly #hasLabel: (text: string) => boolean;
  readonly #hasUser: (text: string) => boolean;
  readonly #wish: WatchWish;
  readonly #own: number | null;
  readonly #holders: PortHolders;
  readonly #everybody: boolean;
  readonly #followed = new Set<number>();
  /** Of those that are followed. */
  readonly #ports = new Map<number, readonly number[]>();
  readonly #successors = new Map<number, Counted>();
  #vacancies: Vacancy[] = [];

  /** @param own our own pid in the tree at `root`, which is not watched; null in a captured tree */
  constructor(root: string, own: number | null, wish: WatchWish) {
    const { pids, labels, users, ports, job } = wish;
    this.#wish = wish;
    this.#own = own;
    this.#pids = new Set(job === null ? pids : [job.pid]);
    this.#hasLabel = anyGlob(labels);
    this.#hasUser = anyGlob(users);
    this.#holders = new PortHolders(root);
    this.#everybody = job === null && pids.length + labels.length + ports.length === 0;
  }

  /** Processes whose descriptors could not be searched for a port. */
  get unsearched(): number {
    return this.#holders.unreadable;
  }

  mayWant(pid: number): boolean {
    if (pid === this.#own) return false;
    const { labels, ports, tree, job } = this.#wish;
    if (job !== null) return !job.before.has(pid);
    if (this.#everybody || labels.length + ports.length > 0 || tree) return true;
    return this.#pids.has(pid) || this.#vacancies.some(({ wanted }) => wanted);
  }

  wants(fact: ProcessFact): boolean {
    const { users, tree, job } = this.#wish;
    if (users.length > 0 && !this.#hasUser(fact.user ?? '')) return false;
    const vacancy = this.#vacancyFor(fact);
    // What we start ourselves to read names is nobody's business.
    const ours = fact.ppid === this.#own && fact.pid !== job?.pid;
    const wanted =
      !ours &&
      (this.#everybody ||
        this.#pids.has(fact.pid) ||
        this.#hasLabel(fact.command ?? '') ||
        ((tree || job !== null) && fact.ppid !== undefined && this.#followed.has(fact.ppid)) ||
        (this.#wish.ports.length > 0 && this.#holders.holds(fact.pid, this.#wish.ports)) ||
        vacancy?.wanted === true);
    if (!wanted) return false;
    this.#followed.add(fact.pid);
    if (vacancy) {
      this.#vacancies = this.#vacancies.filter((other) => other !== vacancy);
      this.#successors.set(fact.pid, vacancy.counted);
    }
    return true;
  }

  gone(ended: readonly Counted[]): 'nobody' | 'late' | 'all' {
    this.#holders.forget();
    for (const counted of ended) {
      const { pid, command } = counted.fact;
      const chosen = this.#pids.delete(pid) || this.#wish.ports.length > 0 || this.#successors.has(pid);
      const wanted = chosen && this.#wish.job === null && !this.#hasLabel(command ?? '');
      this.#vacancies.push({ counted, ports: this.#ports.get(pid) ?? this.#wish.ports, wanted });
      this.#followed.delete(pid);
      this.#ports.delete(pid);
      this.#successors.delete(pid);
    }
    this.#vacancies = this.#vacancies.slice(-VACANCIES);
    const awaited = this.#awaitedPorts();
    const listens = awaited.length > 0 && this.#holders.isNew(awaited);
    const vacant = this.#vacancies.some(({ wanted }) => wanted);
    // A successor is young; whoever is waited for at the beginning may have been there for long.
    if (listens && !vacant) return 'all';
    return vacant && (listens || ended.length > 0) ? 'late' : 'nobody';
  }

  /** The one whose place a new process took; asked once. */
  predecessor(pid: number): Counted | null {
    return this.#successors.get(pid) ?? null;
  }

  /** Says on which ports a process listens. */
  listens(pid: number, ports: readonly number[]): void {
    if (this.#followed.has(pid)) this.#ports.set(pid, ports);
  }

  #vacancyFor(fact: ProcessFact): Vacancy | null {
    for (const vacancy of this.#vacancies) {
      const gone = vacancy.counted.fact;
      if (gone.command === fact.command && gone.ppid === fact.ppid && gone.user === fact.user) return vacancy;
    }
    for (const vacancy of this.#vacancies) {
      if (vacancy.wanted && vacancy.ports.length > 0 && this.#holders.holds(fact.pid, vacancy.ports)) return vacancy;
    }
    return null;
  }

  /** Ports that a process which is there already may begin to listen on. */
  #awaitedPorts(): readonly number[] {
    const vacant = this.#vacancies.flatMap(({ wanted, ports }) => (wanted ? ports : []));
    return [...(this.#followed.size === 0 ? this.#wish.ports : []), ...vacant];
  }
}
