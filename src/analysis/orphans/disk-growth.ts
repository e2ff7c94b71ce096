import type { ObservedDisk } from './observation.ts';

/**
 * Disks with what they gained since an earlier look. One on which the folder did not lie then (it was mounted or unmounted meanwhile)
 * keeps what it gained in this look.
 *
 * @param seconds between the two
 */
export function grownSince(
  disks: readonly ObservedDisk[],
  then: readonly ObservedDisk[],
  seconds: number,
): readonly ObservedDisk[] {
  return disks.map((disk) => {
    const same = then.find(({ folder, device }) => folder === disk.folder && device === disk.device);
    return same ? { ...disk, grown: same.available - disk.available, seconds } : disk;
  });
}
