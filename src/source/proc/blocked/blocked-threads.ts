import { closeSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';
import { endianness } from 'node:os';
import { escapeBytes } from '../kernel/escape-bytes.ts';
import { tryKernelText, tryShortFile } from '../kernel/kernel-file.ts';
import { type Direction, knowsCalls, type Wait, waitsOf } from './blocking-call.ts';

/** A thread that sleeps until a pipe or a socket takes or gives data. */
export interface BlockedThread {
  readonly pid: number;
  readonly tid: number;
  /** The thread's own name (comm), escaped. */
  readonly task: string;
  /** System call. */
  readonly call: string;
  readonly descriptor: number;
  readonly direction: Direction;
  /** Bytes that the call asks for; null where it does not say. */
  readonly size: number | null;
  /** Function of the kernel that it sleeps in; null where that is hidden. */
  readonly wchan: string | null;
  /** Link of the descriptor: `pipe:[N]`, `socket:[N]`, a path. */
  readonly link: string;
}

/** One look at all threads. */
export interface ThreadLook {
  /** By `pid/tid`: what the thread was doing, in words that change when it did anything since. */
  readonly doing: ReadonlyMap<string, string>;
  /** Processes whose threads could not be looked at. */
  readonly refused: ReadonlySet<number>;
}

/**
 * What threads of these processes sleep in, of those that wait for data. Needs the right to trace them (ptrace(2), access
 * mode checking); costs about 10 us a thread.
 */
export function lookAtThreads(root: string, pids: Iterable<number>): ThreadLook {
  const doing = new Map<string, string>();
  const refused = new Set<number>();
  for (const pid of knowsCalls(process.arch) ? pids : []) {
    for (const tid of tasksOf(`${root}/${pid}`)) {
      const text = callOf(`${root}/${pid}/task/${tid}`);
      if (text === null) refused.add(pid);
      else if (waitsOf(text, process.arch).length > 0) doing.set(`${pid}/${tid}`, text);
    }
  }
  return { doing, refused };
}

/**
 * Those that still sleep in the same call as at an earlier look, and have not been awake between: who is slow wakes up, who
 * is blocked does not.
 */
export function stillBlocked(root: string, before: ThreadLook): BlockedThread[] {
  return [...before.doing].flatMap(([key, text]) => {
    const [pid, tid] = key.split('/').map(Number) as [number, number];
    const folder = `${root}/${pid}/task/${tid}`;
    if (callOf(folder) !== text || isForeign(`${root}/${pid}`)) return [];
    const wchan = wchanOf(folder);
    const wait = awaited(waitsOf(text, process.arch), wchan);
    const link = wait && linkOf(`${folder}/fd/${wait.descriptor}`);
    if (!wait || !link) return [];
    const { call, descriptor, direction, size } = wait;
    return [{ pid, tid, task: taskOf(folder), call, descriptor, direction, size, wchan, link }];
  });
}

function tasksOf(folder: string): string[] {
  try {
    return readdirSync(`${folder}/task`, 'latin1');
  } catch {
    return [];
  }
}

/** The call, and how often the thread went to sleep before: null where it may not be seen, empty where the thread is gone. */
function callOf(folder: string): string | null {
  let call: string;
  try {
    call = readLine(`${folder}/syscall`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EACCES' || code === 'EPERM' ? null : '';
  }
  if (waitsOf(call, process.arch).length === 0) return '';
  const status = tryShortFile(`${folder}/status`)?.toString('latin1') ?? '';
  return `${call}\n${/^voluntary_ctxt_switches:\s+(\d+)/m.exec(status)?.[1] ?? ''}`;
}

const LINE = Buffer.alloc(512);
const LITTLE = endianness() === 'LE';

function readLine(path: string): string {
  const descriptor = openSync(path, 'r');
  try {
    return LINE.toString('latin1', 0, readSync(descriptor, LINE, 0, LINE.length, null)).trim();
  } finally {
    closeSync(descriptor);
  }
}

/** `0` stands for "not asleep" and for "not told". */
function wchanOf(folder: string): string | null {
  const name = tryKernelText(`${folder}/wchan`)?.trim() ?? '';
  return name === '' || name === '0' ? null : name;
}

/** Of a call with two descriptors, the one that it waits for by where it sleeps; none where that does not say. */
function awaited(waits: readonly Wait[], wchan: string | null): Wait | null {
  const [first = null, second] = waits;
  if (second === undefined) return first;
  if (wchan === null) return null;
  const direction = /writ|send|opipe/.test(wchan) ? 'write' : /read|recv|ipipe/.test(wchan) ? 'read' : null;
  return waits.find((wait) => wait.direction === direction) ?? null;
}

/** Size of a program header (AT_PHENT) of a 64-bit program, and its key in the auxiliary vector (getauxval(3)). */
const PHENT = 4n;
const PHENT_64 = 56n;

/** A 32-bit program on a 64-bit kernel has other numbers for its calls. Told without opening its file, which may hang. */
function isForeign(folder: string): boolean {
  const vector = tryShortFile(`${folder}/auxv`);
  if (vector === null || vector.length === 0) return false;
  for (let at = 0; at + 16 <= vector.length; at += 16) {
    if (wordAt(vector, at) === PHENT) return wordAt(vector, at + 8) !== PHENT_64;
  }
  return true;
}

function wordAt(bytes: Buffer, at: number): bigint {
  return LITTLE ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at);
}

function linkOf(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

function taskOf(folder: string): string {
  const comm = tryShortFile(`${folder}/comm`);
  return comm === null ? '' : escapeBytes(comm.subarray(0, Math.max(0, comm.length - 1)));
}
