import { escapeBytes } from '../kernel/escape-bytes.ts';
import { u32, u64 } from '../kernel/native-order.ts';

/** What the kernel's process connector tells (linux/cn_proc.h), of processes only: threads are left out. */
export type ProcessEvent =
  | { readonly what: 'fork'; readonly seconds: number; readonly pid: number; readonly parent: number }
  | { readonly what: 'exec'; readonly seconds: number; readonly pid: number }
  | { readonly what: 'named'; readonly seconds: number; readonly pid: number; readonly command: string }
  | {
      readonly what: 'exit';
      /** CLOCK_MONOTONIC, as process.hrtime has it. */
      readonly seconds: number;
      readonly pid: number;
      /** As waitpid(2) has it. */
      readonly status: number;
      /** Pid of the parent; null before Linux 4.18, which does not say. */
      readonly parent: number | null;
    }
  /** The answer to the wish to be told; `error` is an errno(3), 0 for none. */
  | { readonly what: 'answer'; readonly error: number }
  /** The queue of the socket was full: some events are missing here. */
  | { readonly what: 'lost' };

/** PROC_EVENT_* */
const FORK = 0x1;
const EXEC = 0x2;
const COMM = 0x200;
const EXIT = 0x8000_0000;
/** Events that are asked for, where the kernel lets one choose (Linux 6.6). */
export const WANTED_EVENTS = FORK | EXEC | COMM | EXIT;

/** struct nlmsghdr, then struct cn_msg, then struct proc_event. */
const NETLINK_HEADER = 16;
const WHAT = NETLINK_HEADER + 20;
const TIMESTAMP = WHAT + 8;
const DATA = TIMESTAMP + 8;
/** A comm ends at a NUL, after 15 bytes at the latest. */
const COMM_BYTES = 16;
/** Written by the relay where the kernel said that it had dropped messages (ENOBUFS, netlink(7)): a header and nothing else. */
export const LOST_LENGTH = NETLINK_HEADER;

/** Reads a stream of netlink messages of the process connector, wherever it is cut. */
export class ProcessEventDecoder {
  #rest: Buffer = Buffer.alloc(0);

  /** The events that end in these bytes. Throws where the stream is none of such messages. */
  push(bytes: Buffer): ProcessEvent[] {
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const events: ProcessEvent[] = [];
    let at = 0;
    while (all.length - at >= NETLINK_HEADER) {
      const length = u32(all, at);
      if (length < NETLINK_HEADER || length > 1 << 16) throw new Error(`no netlink message: a length of ${length}`);
      if (all.length - at < length) break;
      const event = length === LOST_LENGTH ? ({ what: 'lost' } as const) : eventOf(all.subarray(at, at + length));
      if (event !== null) events.push(event);
      at += length;
    }
    this.#rest = all.subarray(at);
    return events;
  }
}

function eventOf(message: Buffer): ProcessEvent | null {
  if (message.length < DATA + 8) return null;
  const what = u32(message, WHAT);
  if (what === 0) return { what: 'answer', error: u32(message, DATA) };
  const seconds = Number(u64(message, TIMESTAMP)) / 1e9;
  if (what === FORK) {
    const [, parent, thread, pid] = words(message, 4);
    return thread === pid ? { what: 'fork', seconds, pid: pid ?? 0, parent: parent ?? 0 } : null;
  }
  const [thread = 0, pid = 0, status = 0, , , parent] = words(message, 6);
  // A process is gone when its first thread is: that others outlive that one is rare, and left out of account.
  if (thread !== pid) return null;
  if (what === EXEC) return { what: 'exec', seconds, pid };
  if (what === EXIT) return { what: 'exit', seconds, pid, status, parent: parent ?? null };
  if (what !== COMM) return null;
  const comm = message.subarray(DATA + 8, DATA + 8 + COMM_BYTES);
  const end = comm.indexOf(0);
  return { what: 'named', seconds, pid, command: escapeBytes(comm.subarray(0, end < 0 ? COMM_BYTES : end)) };
}

function words(message: Buffer, count: number): number[] {
  const there = Math.min(count, Math.floor((message.length - DATA) / 4));
  return Array.from({ length: there }, (_, index) => u32(message, DATA + index * 4));
}
