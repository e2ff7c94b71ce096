/** Who is watched, as far as it takes to find the managers among them. */
export interface WatchedFact {
  readonly pid: number;
  readonly ppid: number | null;
}

/** Children of init have lost their parent. */
const INIT = 1;

/**
 * Of the watched those who descend from no other of them; several children of one parent are workers of that one.
 *
 * @param followed whether somebody is of a family that is followed already: such a one needs no other, and neither do its children
 */
export function managersOf(watched: readonly WatchedFact[], followed: (pid: number) => boolean): readonly number[] {
  const pids = new Set(watched.map(({ pid }) => pid));
  const tops = watched.filter(
    ({ pid, ppid }) => (ppid === null || !(pids.has(ppid) || followed(ppid))) && !followed(pid),
  );
  const children = new Map<number, number>();
  for (const { ppid } of tops) if (ppid !== null) children.set(ppid, (children.get(ppid) ?? 0) + 1);
  // Our own children, and those of whoever started us, were started beside us.
  const isManager = (ppid: number | null): ppid is number =>
    ppid !== null && ppid > INIT && ppid !== process.pid && ppid !== process.ppid && (children.get(ppid) ?? 0) > 1;
  return [...new Set(tops.map(({ pid, ppid }) => (isManager(ppid) ? ppid : pid)))];
}
