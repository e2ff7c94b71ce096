import { readlinkSync } from 'node:fs';
import type { ProcessSight, SocketSight } from '../../analysis/drain/observation.ts';
import { linkInode } from '../../source/proc/descriptor/link.ts';
import { listDescriptors } from '../../source/proc/descriptor/listing.ts';
import { liveTable } from '../../source/proc/descriptor/table.ts';
import { readPending } from '../../source/proc/process/signals.ts';
import { FileLook } from './file-look.ts';
import { networkOf, type SocketTable } from './network-watch.ts';
import type { Glance, Member } from './roster.ts';

const NOTHING = { table: new Map<number, string>(), sockets: [], files: [] } as const;

/** Looks at one process again and again. */
export class ProcessLook {
  readonly member: Member;
  readonly network: string;
  readonly #files: FileLook;
  /** When each socket that it has was first seen, seconds. */
  #since = new Map<string, number>();
  /** Its sockets at the last look at which it had any table. */
  sockets: readonly SocketSight[] = [];
  /** Whether its descriptors could be read: then so can its exit status. */
  readable = false;

  constructor(member: Member) {
    this.member = member;
    this.network = networkOf(member.folder);
    this.#files = new FileLook(member.folder);
  }

  /** @param sockets those of its network namespace, as far as they are known */
  look({ stat, exiting }: Glance, seconds: number, sockets: SocketTable | null): ProcessSight {
    const { folder, life } = this.member;
    const pending = readPending(folder);
    const table = readTable(liveTable(folder, stat.state, stat.threads));
    if (table === 'refused') return { life, exiting, pending, ...NOTHING, table: null };
    // Whoever is on its way out loses its table first: what it held is as it was seen last.
    if (table === null || (exiting && table.size === 0)) return { life, exiting: true, pending, ...NOTHING };
    this.readable = true;
    const files = this.#files.read(table);
    const inodes = new Set([...table.values()].filter((link) => link.startsWith('socket:[')).map(linkInode));
    this.#since = new Map([...inodes].map((inode) => [inode, this.#since.get(inode) ?? seconds]));
    this.sockets = [...inodes].map((inode) => this.#named(inode, sockets));
    return { life, exiting, pending, table, sockets: this.sockets, files };
  }

  /** A socket that the tables had a chance to name and do not is not connected, or of another kind. */
  #named(inode: string, known: SocketTable | null): SocketSight {
    const sight = known?.sockets.get(inode);
    if (sight) return sight;
    const kind = known !== null && known.since > (this.#since.get(inode) ?? 0) ? 'other' : 'unnamed';
    return { inode, kind, local: '', remote: null, state: '', sending: 0, receiving: 0 };
  }
}

/** Links by number; null of a process without a table, which is one that has ended. */
function readTable(folder: string | null): ReadonlyMap<number, string> | 'refused' | null {
  if (folder === null) return null;
  const table = new Map<number, string>();
  try {
    for (const number of listDescriptors(folder)) {
      try {
        table.set(number, readlinkSync(`${folder}/fd/${number}`));
      } catch {
        // Closed between the listing and the look.
      }
    }
    return table;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EACCES' || code === 'EPERM' ? 'refused' : null;
  }
}
