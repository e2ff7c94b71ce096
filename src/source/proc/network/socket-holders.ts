import { readlinkSync } from 'node:fs';
import { countDescriptors } from '../descriptor/count.ts';
import { listDescriptors } from '../descriptor/listing.ts';

/**
 * Numbers below which a long-lived socket is looked for first. A server opens its listener before anything that it could
 * leak, and a machine with 200,000 descriptors would cost a second to go through.
 */
const LOW = 1024;
/** A table of so many descriptors is not listed to look at its low numbers. */
const LARGE = 4 * LOW;

/** Who holds some sockets. */
export interface SocketHolders {
  /** Pids by inode, ascending. */
  readonly holders: ReadonlyMap<string, readonly number[]>;
  /** Processes that could not be looked into. */
  readonly refused: number;
}

/**
 * Which of these processes hold a socket with one of these inodes, at a low number or, if none does, at any. Costs a readlink(2),
 * 3 us, for every descriptor that is looked at.
 */
export function socketHolders(root: string, inodes: ReadonlySet<string>, pids: readonly number[]): SocketHolders {
  const low = search(root, inodes, pids, lowNumbers);
  return low.holders.size > 0 || inodes.size === 0 ? low : search(root, inodes, pids, listDescriptors);
}

function search(
  root: string,
  inodes: ReadonlySet<string>,
  pids: readonly number[],
  numbersOf: (folder: string) => Int32Array,
): SocketHolders {
  const holders = new Map<string, number[]>();
  let refused = 0;
  const links = new Map([...inodes].map((inode) => [`socket:[${inode}]`, inode]));
  for (const pid of pids) {
    const folder = `${root}/${pid}`;
    let numbers: Int32Array;
    try {
      numbers = numbersOf(folder);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EACCES' || code === 'EPERM') refused++;
      continue;
    }
    for (const number of numbers) {
      const inode = links.get(linkOf(`${folder}/fd/${number}`));
      if (inode === undefined) continue;
      const known = holders.get(inode) ?? [];
      if (known.at(-1) !== pid) holders.set(inode, [...known, pid]);
    }
  }
  return { holders, refused };
}

/** Throws what readdir(3) says where the table may not be listed. */
function lowNumbers(folder: string): Int32Array {
  if ((countDescriptors(folder) ?? 0) <= LARGE) return listDescriptors(folder).filter((number) => number < LOW);
  // A large table is dense, so that its low numbers need no listing; the link itself says whether it may be read.
  readlinkSync(`${folder}/cwd`);
  return Int32Array.from({ length: LOW }, (_, number) => number);
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    // Closed meanwhile.
    return '';
  }
}
