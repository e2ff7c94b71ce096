import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { createRequire } from 'node:module';
import {
  F_GETPIPE_SZ,
  FIONREAD,
  type FillAnswer,
  type FillQuestion,
  type FillReader,
  fillError,
  PIDFD_GETFD,
  PIDFD_OPEN,
  REPLACED,
  SIOCOUTQ,
} from './fill-call.ts';

/** What of koffi is used (koffi.dev, "Function calls"). */
interface Koffi {
  load(path: null): { func(prototype: string): (...values: readonly unknown[]) => number };
  errno(): number;
}

interface Calls {
  readonly syscall: (...values: readonly unknown[]) => number;
  readonly ioctl: (...values: readonly unknown[]) => number;
  readonly fcntl: (...values: readonly unknown[]) => number;
  readonly errno: () => number;
}

/** The binaries come as packages of their own, one for each architecture, without an install script. */
const BINARIES: Readonly<Record<string, string>> = {
  x64: '@koromix/koffi-linux-x64',
  arm64: '@koromix/koffi-linux-arm64',
};

let calls: Calls | null | undefined;

/** Asks in this process, a fraction of a millisecond for each; null where the optional package is not installed. */
export function ffiReader(): FillReader | null {
  calls ??= load();
  const found = calls;
  return found && ((questions) => questions.map((question) => answerOf(found, question)));
}

function load(): Calls | null {
  const name = process.platform === 'linux' ? BINARIES[process.arch] : undefined;
  if (name === undefined) return null;
  try {
    const koffi = createRequire(import.meta.url)(name) as Koffi;
    const library = koffi.load(null);
    return {
      syscall: library.func('long syscall(long number, long first, long second, long third)'),
      ioctl: library.func('int ioctl(int descriptor, unsigned long request, _Out_ int *answer)'),
      fcntl: library.func('int fcntl(int descriptor, int command, long argument)'),
      errno: () => koffi.errno(),
    };
  } catch {
    // Not installed, or made for another C library: there is another way.
    return null;
  }
}

function answerOf(kernel: Calls, question: FillQuestion): FillAnswer {
  const { key, readEnd } = question;
  const copy = duplicate(kernel, question);
  if (copy >= 0) return read(kernel, question, copy);
  const opened = readEnd === null ? null : openReadEnd(readEnd);
  return opened === null ? { key, why: fillError(-copy) } : read(kernel, question, opened);
}

/** A descriptor of ours for the same description, closed on exec(2); the negative errno where there is none. */
function duplicate({ syscall, errno }: Calls, { pid, descriptor }: FillQuestion): number {
  const holder = Number(syscall(PIDFD_OPEN, pid, 0, 0));
  if (holder < 0) return -errno();
  const copy = Number(syscall(PIDFD_GETFD, holder, descriptor, 0));
  const error = copy < 0 ? errno() : 0;
  closeSync(holder);
  return copy < 0 ? -error : copy;
}

function openReadEnd({ pid, descriptor }: NonNullable<FillQuestion['readEnd']>): number | null {
  try {
    return openSync(`/proc/${pid}/fd/${descriptor}`, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return null;
  }
}

function read({ ioctl, fcntl, errno }: Calls, { key, kind, node }: FillQuestion, descriptor: number): FillAnswer {
  try {
    const stats = fstatSync(descriptor, { bigint: true });
    if (String(stats.ino) !== node || (kind === 'pipe' ? !stats.isFIFO() : !stats.isSocket()))
      return { key, why: REPLACED };
    const queued: [number] = [0];
    const size: [number] = [0];
    if (ioctl(descriptor, FIONREAD, queued) < 0) return { key, why: fillError(errno()) };
    if (kind === 'pipe') size[0] = fcntl(descriptor, F_GETPIPE_SZ, 0);
    else if (ioctl(descriptor, SIOCOUTQ, size) < 0) return { key, why: fillError(errno()) };
    return size[0] < 0 ? { key, why: fillError(errno()) } : { key, queued: queued[0], capacity: size[0] };
  } finally {
    closeSync(descriptor);
  }
}
