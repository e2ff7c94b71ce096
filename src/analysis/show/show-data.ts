import type { RankProcess, RankTarget } from '../rank/rank.ts';
import type { SocketState } from '../socket-states.ts';

/** Which numbers the process uses. */
export interface ShownNumbers {
  /** What the next open() gets, as far as a listing can tell: reserved numbers are not listed. */
  readonly lowestFree: number | null;
  /** Highest number listed whole. */
  readonly highest: number | null;
  /** Listed numbers at or above the soft limit; null where the limit is not known. */
  readonly aboveLimit: number | null;
}

/** One process: the fields of `rank`, and the rest of what the source knows. null = not known. */
export interface ShownProcess extends RankProcess {
  readonly uid: number | null;
  readonly ppid: number | null;
  /** State letter of proc(5): `R S D T Z` ... */
  readonly state: string | null;
  readonly threads: number | null;
  /** CPU use since the process started, percent of one core. */
  readonly cpu: number | null;
  /** Resident memory, bytes. */
  readonly rss: number | null;
  readonly cwd: string | null;
  readonly commandLine: string | null;
  readonly cgroup: string | null;
  /** Container id, 64 hexadecimal digits. */
  readonly container: string | null;
  /** systemd unit. */
  readonly unit: string | null;
  /** Kubernetes pod uid. */
  readonly pod: string | null;
  /** inode of the network namespace. */
  readonly netns: string | null;
  /** Why its descriptors could not be listed. */
  readonly refused: string | null;
}

export interface ShowData {
  readonly process: ShownProcess;
  /** Processes that the word means; this one is the nearest to its limit. */
  readonly matches: number;
  readonly numbers: ShownNumbers | null;
  /** What it holds most. */
  readonly targets: readonly RankTarget[];
  readonly sockets: readonly SocketState[];
  /** Deleted files it keeps open, in files and bytes (by size, not by blocks). */
  readonly deleted: { readonly files: number; readonly bytes: number };
}
