import { readdirSync, readlinkSync } from 'node:fs';
import type { SignalMasks } from '../../../model/signal-masks.ts';
import { readKernelTextHead, tryKernelText, tryShortFile } from '../kernel/kernel-file.ts';

/** Threads looked at: those of a database with a thousand clients block what its first do. */
const THREADS = 256;
/** Where a thread sleeps that waits for a signal with sigwait(3), as wchan prints it. */
const WAITS = /sigtimedwait/;

/** What a process does with signals; null if it has ended. Costs two small files for each thread. */
export function readSignals(folder: string): SignalMasks | null {
  const status = textOf(`${folder}/status`);
  if (status === null) return null;
  const threads = tasksOf(folder).flatMap((task) => {
    const text = textOf(`${task}/status`);
    return text === null
      ? []
      : [{ mask: maskOf(text, 'SigBlk'), waits: WAITS.test(tryKernelText(`${task}/wchan`) ?? '') }];
  });
  const blocked = common(threads.map(({ mask }) => mask)) ?? maskOf(status, 'SigBlk');
  const others = common(threads.filter(({ waits }) => !waits).map(({ mask }) => mask)) ?? blocked;
  const [signalled, searched] = blocked === 0n ? [0n, true] : signalfdsOf(folder);
  return {
    caught: maskOf(status, 'SigCgt'),
    ignored: maskOf(status, 'SigIgn'),
    blocked,
    awaited: (signalled & blocked) | (others & ~blocked),
    waits: threads.some(({ waits }) => waits),
    pending: pendingOf(status),
    init: /^NSpid:.*\s1$/m.test(status),
    stopped: /^State:\s+[Tt]/m.test(status),
    searched,
  };
}

/** What stands in all of some masks; null of none. */
function common(masks: readonly bigint[]): bigint | null {
  return masks.length === 0 ? null : masks.reduce((all, mask) => all & mask);
}

/** Signals that were sent to a process and not taken yet; 0 where it has ended. */
export function readPending(folder: string): bigint {
  const status = textOf(`${folder}/status`);
  return status === null ? 0n : pendingOf(status);
}

/** Those of the whole process; the ones sent to its first thread alone count as well. */
function pendingOf(status: string): bigint {
  return maskOf(status, 'ShdPnd') | maskOf(status, 'SigPnd');
}

function maskOf(text: string, name: string): bigint {
  const digits = new RegExp(`^${name}:\\s+([0-9a-f]+)`, 'm').exec(text)?.[1];
  return digits === undefined ? 0n : BigInt(`0x${digits}`);
}

function textOf(path: string): string | null {
  return tryShortFile(path)?.toString('latin1') ?? null;
}

function tasksOf(folder: string): string[] {
  try {
    return readdirSync(`${folder}/task`)
      .slice(0, THREADS)
      .map((tid) => `${folder}/task/${tid}`);
  } catch {
    return [];
  }
}

/** Signals that the signalfds of a process read, and whether its descriptors could be looked at. */
function signalfdsOf(folder: string): [bigint, boolean] {
  let mask = 0n;
  try {
    for (const number of readdirSync(`${folder}/fd`)) {
      try {
        if (readlinkSync(`${folder}/fd/${number}`) !== 'anon_inode:[signalfd]') continue;
        mask |= maskOf(readKernelTextHead(`${folder}/fdinfo/${number}`), 'sigmask');
      } catch {
        // Closed meanwhile.
      }
    }
    return [mask, true];
  } catch {
    return [0n, false];
  }
}
