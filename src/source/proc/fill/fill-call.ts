/** A pipe or a socket whose fill is asked for, by a descriptor of a process. */
export interface FillQuestion {
  /** The asker's own word for it. */
  readonly key: string;
  readonly kind: 'pipe' | 'socket';
  /** inode, decimal: what the descriptor must still lead to. */
  readonly node: string;
  /**
   * The descriptor to duplicate (pidfd_getfd(2)). Of a pipe it must be a *write* end: a duplicate of it keeps no writer from
   * its EPIPE, as one of a read end would.
   */
  readonly pid: number;
  readonly descriptor: number;
  /**
   * A read end to open through /proc where the kernel duplicates none (before Linux 5.6, or refused). Only where a reader
   * and a writer live elsewhere: while it is open, a writer whose last reader just went is told nothing.
   */
  readonly readEnd: { readonly pid: number; readonly descriptor: number } | null;
}

/** What was read, or why not. */
export type FillAnswer =
  | {
      readonly key: string;
      /** Bytes to read: FIONREAD. Of a socket, those that wait at this end. */
      readonly queued: number;
      /** Bytes that a pipe takes in all (F_GETPIPE_SZ); of a socket what it has sent and the other end has not taken (SIOCOUTQ). */
      readonly capacity: number;
    }
  | { readonly key: string; readonly why: string };

/** How the kernel is asked; each answers all questions at once, in this process or in one helper. */
export type FillReader = (questions: readonly FillQuestion[]) => FillAnswer[] | null;

/** pidfd_open(2) and pidfd_getfd(2): the same numbers on all architectures but alpha. */
export const PIDFD_OPEN = 434;
export const PIDFD_GETFD = 438;
/** ioctl_tty(2), asm-generic/ioctls.h: bytes to read, and bytes sent that nobody has taken (unix(7), tcp(7)). */
export const FIONREAD = 0x541b;
export const SIOCOUTQ = 0x5411;
/** fcntl(2), F_LINUX_SPECIFIC_BASE + 8. */
export const F_GETPIPE_SZ = 1032;

/** errno(3) of what goes wrong, in words. */
const ERRORS: Readonly<Record<number, string>> = {
  1: 'not permitted (needs root, or ptrace of that process)',
  2: 'its holder is gone',
  3: 'its holder is gone',
  6: 'nobody is left at the other end',
  9: 'it was closed meanwhile',
  13: 'not permitted (needs root, or ptrace of that process)',
  24: 'no free descriptor for it',
  38: 'this kernel duplicates no descriptors (Linux 5.6)',
};

export function fillError(number: number): string {
  return ERRORS[number] ?? `error ${number}`;
}

/** Another file has the descriptor's number by now. */
export const REPLACED = 'its descriptor was closed meanwhile';
