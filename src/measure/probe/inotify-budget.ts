import { countDescriptors } from '../../source/proc/descriptor/count.ts';
import { systemFact } from '../../source/proc/kernel/system.ts';
import { inotifyInstances } from '../../source/proc/process/inotify-instances.ts';
import type { Observer } from '../family/observer.ts';

/** Instances that are left to the user's other programs. */
const RESERVE = 8;
/** What is planned beyond the rate seen so far. */
const MARGIN = 1.25;

/**
 * Keeps a probe from using up the inotify instances of the user that the service runs as (`fs.inotify.max_user_instances`,
 * 128 by default: inotify(7)). Beyond them inotify_init(2) fails whatever RLIMIT_NOFILE says: a service that goes on without a
 * watcher then looks as if its growth had stopped, and the editors and log followers of that user get none either.
 */
export class InotifyBudget {
  readonly #root: string;
  readonly #observer: Observer;
  readonly #most: number | null;
  /** Held by processes that are not watched. */
  #others = 0;
  #first = 0;
  /** The most that one request can have taken, before it is known what it does take. */
  #ceiling = 0;

  /** @param root proc tree */
  constructor(root: string, observer: Observer) {
    this.#root = root;
    this.#observer = observer;
    this.#most = systemFact(root).inotifyInstances ?? null;
  }

  /** Begins to count, at a level without load. @param warmUp requests answered so far */
  begin(warmUp: number): void {
    this.#first = this.#held;
    if (this.#first === 0) return;
    this.#others = this.#elsewhere();
    const { members, lives } = this.#observer.family;
    const gained = members.reduce(
      (sum, { folder, life }) => sum + Math.max(0, (countDescriptors(folder) ?? 0) - (lives[life].before ?? 0)),
      0,
    );
    this.#ceiling = gained / Math.max(1, warmUp);
  }

  /**
   * How many of the next `requests` may be sent, by the pace so far.
   *
   * @param answered requests since `begin`
   */
  affordable(requests: number, answered: number): number {
    const held = this.#held;
    if (this.#most === null || held === 0) return requests;
    const each = MARGIN * (answered === 0 ? this.#ceiling : Math.max(0, held - this.#first) / answered);
    const free = this.#most - this.#others - held - RESERVE;
    return each === 0 ? requests : Math.max(0, Math.min(requests, Math.floor(free / each)));
  }

  /** What to know of it at the end: how many are held, and whether none is left although the service has most of them. */
  standing(): { readonly held: number; readonly most: number; readonly usedUp: boolean } | null {
    const held = this.#held;
    if (this.#most === null || held === 0) return null;
    const others = held >= this.#most / 2 ? this.#elsewhere() : 0;
    return { held, most: this.#most, usedUp: held > others && held + others >= this.#most };
  }

  get #held(): number {
    return this.#observer.held('inotify');
  }

  #elsewhere(): number {
    const { members } = this.#observer.family;
    const watched = new Set(members.map(({ pid }) => pid));
    const users = new Set(members.flatMap(({ process: { uid } }) => (uid === null ? [] : [uid])));
    return Math.max(0, ...Array.from(users, (uid) => inotifyInstances(this.#root, uid, watched)));
  }
}
