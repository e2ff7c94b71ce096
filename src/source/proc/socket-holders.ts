import { readlinkSync } from 'node:fs';
import { listDescriptors } from './listing.ts';

/** Who holds some sockets. */
export interface SocketHolders {
  /** Pids by inode, ascending. */
  readonly holders: ReadonlyMap<string, readonly number[]>;
  /** Processes that could not be looked into. */
  readonly refused: number;
}

/**
 * Which of these processes hold a socket with one of these inodes. Costs a readlink(2) for every descriptor they have,
 * 3 us each, so ask few where that is enough.
 */
export function socketHolders(root: string, inodes: ReadonlySet<string>, pids: Iterable<number>): SocketHolders {
  const holders = new Map<string, number[]>();
  let refused = 0;
  if (inodes.size === 0) return { holders, refused };
  const links = new Map([...inodes].map((inode) => [`socket:[${inode}]`, inode]));
  for (const pid of pids) {
    const folder = `${root}/${pid}`;
    let numbers: Int32Array;
    try {
      numbers = listDescriptors(folder);
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

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    // Closed meanwhile.
    return '';
  }
}
