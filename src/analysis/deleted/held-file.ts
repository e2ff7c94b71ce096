import type { Access } from '../../model/fd-cell.ts';

/**
 * What an unlinked file takes: space on a disk; memory (memfd, /dev/shm, System V segments); space on a disk for a mapping
 * alone, whose size listings do not print; or nothing, as a heartbeat or a lock.
 */
export type HeldKind = 'disk' | 'memory' | 'mapped' | 'empty';

/** How one process holds a file. */
export interface Holder {
  readonly pid: number;
  /** Descriptor number; null for a mapping, and where lsof cut the number off. */
  readonly number: number | null;
  /** null where the source does not say. */
  readonly access: Access | null;
}

/** An unlinked file: one inode, whoever holds it. */
export interface HeldFile {
  readonly name: string;
  /** As the source prints them; null where it does not. */
  readonly device: string | null;
  readonly node: string | null;
  readonly kind: HeldKind;
  /** Bytes by the file's size; null where the source does not say. */
  readonly size: number | null;
  /** Bytes of its blocks, which a sparse file has fewer of; null where nobody could be asked. */
  readonly allocated: number | null;
  /** Whether any process has it mapped. */
  readonly mapped: boolean;
  /** The first so many, by pid. */
  readonly holders: readonly Holder[];
  /** Processes that hold it. */
  readonly processes: number;
}

/** Bytes that a file takes, as well as that is known. */
export function bytesOf({ size, allocated }: Pick<HeldFile, 'size' | 'allocated'>): number {
  return allocated ?? size ?? 0;
}
