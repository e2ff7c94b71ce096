import { accessOf } from '../../model/fd-cell.ts';
import type { NamedEnd } from './end.ts';

/** `10,fd zoo (x,251w`: pid, command printed raw, number with its mode (lsof(8), -E). */
const ENDPOINT = /(?:^| )(\d+),(.+?),(\d+)([rwuR W-]?)(?= \d+,| \(|$)/g;

/** The other ends that lsof -E and +E put behind the name of a pipe or a unix socket. */
export function namedEnds(name: string): NamedEnd[] {
  return [...name.matchAll(ENDPOINT)].map(([, pid, command = '', number, mode = '']) => ({
    pid: Number(pid),
    command,
    number: Number(number),
    access: accessOf(mode),
  }));
}

/** The socket at the other end: ` type=STREAM ->INO=757156` on Linux, `->0xdeadbeef` on macOS. */
export function peerOf(name: string): string | null {
  return /->INO=(\d+)(?: |$)/.exec(name)?.[1] ?? /^->(0x[0-9a-f]+)$/.exec(name)?.[1] ?? null;
}

/** `(ESTABLISHED QR=0 QS=52)` of lsof -T qs. */
export function queuesOf(name: string): { readonly receive: number; readonly send: number } | null {
  const notes = /\(([^()]*)\)\s*$/.exec(name)?.[1] ?? '';
  const receive = /(?:^| )QR=(\d+)/.exec(notes)?.[1];
  const send = /(?:^| )QS=(\d+)/.exec(notes)?.[1];
  if (receive === undefined && send === undefined) return null;
  return { receive: Number(receive ?? 0), send: Number(send ?? 0) };
}
