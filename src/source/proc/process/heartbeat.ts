import { readdirSync, readlinkSync, statSync } from 'node:fs';

/** gunicorn's sign of life: an unlinked file per worker, whose mode the worker changes in each turn of its loop (gunicorn, workers/workertmp.py). */
interface Heartbeat {
  /** Names the file. */
  readonly inode: string;
  /** Time of its last change, ms since the epoch. */
  readonly changed: number;
}

export interface Heartbeats {
  readonly files: readonly Heartbeat[];
  /** Whether it has an epoll instance, as all of gunicorn's workers do that serve several requests at a time. */
  readonly polls: boolean;
}

/** The heartbeat files that a process has open; none where it cannot be read. */
export function heartbeatsOf(folder: string): Heartbeats {
  const files: Heartbeat[] = [];
  let polls = false;
  for (const number of numbersOf(`${folder}/fd`)) {
    const path = `${folder}/fd/${number}`;
    try {
      const link = readlinkSync(path);
      polls ||= link === 'anon_inode:[eventpoll]';
      if (!/\/wgunicorn-[^/]*$/.test(link)) continue;
      const { ino, ctimeMs } = statSync(path);
      files.push({ inode: String(ino), changed: ctimeMs });
    } catch {
      // Closed meanwhile.
    }
  }
  return { files, polls };
}

function numbersOf(folder: string): string[] {
  try {
    return readdirSync(folder, 'latin1');
  } catch {
    return [];
  }
}
