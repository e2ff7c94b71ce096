import { readlinkSync, statSync } from 'node:fs';
import { listDescriptors } from '../descriptor/listing.ts';
import { listProcesses } from './processes.ts';

/** What the link of an inotify instance reads, as all anonymous inodes do in one of two ways. */
const LINK = /^anon_inode:\[?inotify\]?$/;
/** Descriptors looked at in one process: 3 us each. Watchers are opened early, and not by the thousand. */
const MOST_LOOKED_AT = 4096;

/**
 * Inotify instances that the processes of a user hold, those of `without` left out. An instance that was inherited by fork
 * counts in each process, so the figure is an upper bound; processes that may not be looked into add nothing.
 *
 * @param root proc tree
 */
export function inotifyInstances(root: string, uid: number, without: ReadonlySet<number>): number {
  let instances = 0;
  for (const pid of listProcesses(root)) {
    const folder = `${root}/${pid}`;
    if (without.has(pid) || userOf(folder) !== uid) continue;
    for (const number of numbersOf(folder)) if (LINK.test(linkOf(`${folder}/fd/${number}`))) instances++;
  }
  return instances;
}

/** Effective user of a process; null if it has ended. */
function userOf(folder: string): number | null {
  try {
    return statSync(folder).uid;
  } catch {
    return null;
  }
}

function numbersOf(folder: string): Int32Array {
  try {
    return listDescriptors(folder).subarray(0, MOST_LOOKED_AT);
  } catch {
    return new Int32Array(0);
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    // Closed meanwhile.
    return '';
  }
}
