/**
 * Inodes that hold any lock, by `/proc/locks` (proc_locks(5)), decimal: only their descriptors need to be asked which of
 * them has it. The device is left out: for Btrfs and overlays it is not the one that stat(2) gives.
 */
export function parseLocks(text: string): Set<number> {
  const inodes = new Set<number>();
  for (const match of text.matchAll(/ [0-9a-f]+:[0-9a-f]+:(\d+) /g)) inodes.add(Number(match[1]));
  return inodes;
}
