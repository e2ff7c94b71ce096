import { escapeBytes } from '../kernel/escape-bytes.ts';
import { tryKernelFile } from '../kernel/kernel-file.ts';

/** SO_ACCEPTCON in the flags of `/proc/PID/net/unix`: a socket that listens (include/linux/net.h, __SO_ACCEPTCON). */
const ACCEPTING = 0x10000;
/** SS_CONNECTED of socket_state (include/uapi/linux/net.h). */
const CONNECTED = 3;

/** A socket of the unix domain, as `/proc/PID/net/unix` prints it (unix(7)). */
export interface UnixSocket {
  /** Empty where it has no name; abstract names begin with `@`. An accepted socket has the name of its listener. */
  readonly path: string;
  readonly state: 'LISTEN' | 'CONNECTED' | 'other';
}

/** Those sockets of a network namespace that a process can hold, by inode. */
export function unixSockets(folder: string): Map<string, UnixSocket> {
  const sockets = new Map<string, UnixSocket>();
  const text = tryKernelFile(`${folder}/net/unix`)?.toString('latin1') ?? '';
  for (const line of text.split('\n').slice(1)) {
    const [, , , flags = '', , state = '', inode] = line.trim().split(/ +/, 7);
    if (inode === undefined) continue;
    const listens = (Number.parseInt(flags, 16) & ACCEPTING) !== 0;
    const connected = Number.parseInt(state, 16) === CONNECTED;
    sockets.set(inode, {
      path: pathOf(line, inode),
      state: listens ? 'LISTEN' : connected ? 'CONNECTED' : 'other',
    });
  }
  return sockets;
}

/** Sockets that listen in the unix domain of a network namespace: path by inode. */
export function unixListeners(folder: string): Map<string, string> {
  const listening = [...unixSockets(folder)].filter(([, { state }]) => state === 'LISTEN');
  return new Map(listening.map(([inode, { path }]) => [inode, path]));
}

/** What follows the inode, which may hold blanks. */
function pathOf(line: string, inode: string): string {
  const rest = line.slice(line.indexOf(` ${inode}`) + 1 + inode.length);
  return escapeBytes(Buffer.from(rest.replace(/^ /, ''), 'latin1'));
}
