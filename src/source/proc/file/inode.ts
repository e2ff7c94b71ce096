import { lstatSync, readlinkSync, type Stats, statSync } from 'node:fs';
import { type FdInfo, parseFdInfo } from '../descriptor/fdinfo.ts';
import { readKernelTextHead } from '../kernel/kernel-file.ts';

const QUIET = { throwIfNoEntry: false } as const;

/** What a path leads to; null where it is gone or refused. Hangs if the path lies on a dead network file system: ask `Mounts` first. */
export function tryStat(path: string): Stats | null {
  try {
    return statSync(path, QUIET) ?? null;
  } catch {
    return null;
  }
}

/** Permissions of a link in a folder of descriptors: how the descriptor was opened. Never follows the link. */
export function linkMode(path: string): number | null {
  try {
    return lstatSync(path, QUIET)?.mode ?? null;
  } catch {
    return null;
  }
}

/** The fdinfo at a path; null where it is gone or refused. */
export function tryFdInfo(path: string): FdInfo | null {
  try {
    return parseFdInfo(readKernelTextHead(path));
  } catch {
    return null;
  }
}

/** A link's bytes: those of its text, or read again where a byte of it was no UTF-8. */
export function linkBytes(path: string, text: string): Uint8Array {
  if (!text.includes('\ufffd')) return Buffer.from(text);
  try {
    return readlinkSync(path, 'buffer');
  } catch {
    // Closed meanwhile: the text is what is left.
    return Buffer.from(text);
  }
}

/** A number of a stat as decimal text; one that a double cannot hold is asked for again. */
export function exactNumber(path: string, value: number, field: 'ino' | 'size'): string {
  if (Number.isSafeInteger(value)) return String(value);
  try {
    return String(statSync(path, { bigint: true })[field]);
  } catch {
    return '';
  }
}
