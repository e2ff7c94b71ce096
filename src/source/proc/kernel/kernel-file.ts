import { closeSync, openSync, readSync } from 'node:fs';

let buffer = Buffer.allocUnsafeSlow(1 << 16);

/** Files of /proc above this are cut there: a table of ten million sockets must not take the machine's memory. */
const LARGEST = 1 << 28;
/** Asked for in one read(2): files below /proc/sys answer ENOMEM to 4 MiB or more (KMALLOC_MAX_SIZE, fs/proc/proc_sysctl.c). */
const LARGEST_READ = 1 << 20;

/**
 * The whole of a kernel file. Size is not known before it is read (stat says 0).
 *
 * The result is a view of one shared buffer and valid until the next call: parse it at once.
 * Throws what open(2) and read(2) say (ENOENT and ESRCH: the process ended; EACCES and EPERM: not ours).
 */
function readKernelFile(path: string): Buffer {
  const descriptor = openSync(path, 'r');
  try {
    let length = 0;
    for (;;) {
      if (length === buffer.length) grow();
      const read = readSync(descriptor, buffer, length, Math.min(LARGEST_READ, buffer.length - length), null);
      if (read === 0) break;
      length += read;
      if (length >= LARGEST) break;
    }
    return buffer.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * The first bytes of a kernel file, in one read(2): for files that are short, and for those whose answer stands at their
 * beginning while the rest can be long (fdinfo of an epoll instance has a line per watched descriptor).
 */
function readKernelFileHead(path: string, length = 4096): Buffer {
  const descriptor = openSync(path, 'r');
  try {
    return buffer.subarray(0, readSync(descriptor, buffer, 0, length, null));
  } finally {
    closeSync(descriptor);
  }
}

/** The same as text of single bytes (Latin-1). */
export function readKernelTextHead(path: string, length = 4096): string {
  const descriptor = openSync(path, 'r');
  try {
    return buffer.toString('latin1', 0, readSync(descriptor, buffer, 0, length, null));
  } finally {
    closeSync(descriptor);
  }
}

/** A file of one process that is always shorter than 16 KiB (stat, status, limits, cgroup), or null where it cannot be read. */
export function tryShortFile(path: string): Buffer | null {
  try {
    return readKernelFileHead(path, 1 << 14);
  } catch {
    return null;
  }
}

/** The file, or null where it cannot be read. */
export function tryKernelFile(path: string): Buffer | null {
  try {
    return readKernelFile(path);
  } catch {
    return null;
  }
}

/** The file as text of single bytes (Latin-1), or null where it cannot be read. */
export function tryKernelText(path: string): string | null {
  return tryKernelFile(path)?.toString('latin1') ?? null;
}

function grow(): void {
  const larger = Buffer.allocUnsafeSlow(buffer.length * 4);
  buffer.copy(larger);
  buffer = larger;
}
