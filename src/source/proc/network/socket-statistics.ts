import { existsSync } from 'node:fs';
import { childProcess } from '../kernel/child-process.ts';

/** Where iproute2 and util-linux put them. Never looked up in PATH: we may be root. */
const SS = ['/usr/bin/ss', '/bin/ss', '/usr/sbin/ss', '/sbin/ss'];
const NSENTER = ['/usr/bin/nsenter', '/bin/nsenter'];
/** ms. A hundred thousand sockets take it about a second. */
const TIMEOUT = 5000;

/** What `ss -x` says of a unix socket: sock_diag(7), which answers everybody. */
interface UnixStatistics {
  /** inode of the socket at the other end; null where there is none. */
  readonly peer: string | null;
  /** Bytes (of a stream) or messages that wait to be read here; of a listener, connections that wait. */
  readonly receive: number;
  /** Bytes of memory charged for what was sent from here and not read; of a listener, how many may wait. */
  readonly send: number;
  /** Bytes that may be so charged (SO_SNDBUF); null where ss does not say. */
  readonly buffer: number | null;
  readonly listening: boolean;
}

export interface SocketStatistics {
  readonly unix: ReadonlyMap<string, UnixStatistics>;
  /** Connections that may wait at a TCP listener (the backlog of listen(2)), by inode. */
  readonly backlogs: ReadonlyMap<string, number>;
}

/**
 * Asks `ss` in the network namespace of the process with this folder. Null where there is no ss, or it may not go there.
 *
 * @param own whether that is this program's own namespace
 */
export function socketStatistics(folder: string, own: boolean): SocketStatistics | null {
  const ss = firstOf(SS);
  if (ss === null) return null;
  const words = own ? [ss] : inside(folder, ss);
  if (words === null) return null;
  const unix = run([...words, '-H', '-n', '-a', '-x', '-m']);
  const listeners = run([...words, '-H', '-n', '-l', '-t', '-e']);
  return unix === null || listeners === null
    ? null
    : { unix: parseUnixStatistics(unix), backlogs: parseBacklogs(listeners) };
}

function inside(folder: string, ss: string): string[] | null {
  const nsenter = firstOf(NSENTER);
  return nsenter === null ? null : [nsenter, `--net=${folder}/ns/net`, ss];
}

function firstOf(places: readonly string[]): string | null {
  return places.find((place) => existsSync(place)) ?? null;
}

function run([program = '', ...words]: readonly string[]): string | null {
  const { status, stdout } = childProcess().spawnSync(program, words, {
    encoding: 'latin1',
    env: {},
    timeout: TIMEOUT,
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return status === 0 ? stdout : null;
}

/** `u_str ESTAB 0 4352 /run/x 8924535 * 8924534 skmem:(r0,rb212992,t4352,tb212992,...)`; a path may hold anything. */
const UNIX = /^u_\w+ +(\S+) +(\d+) +(\d+) +(?:.*) (\d+) +\* (\d+)(?: +skmem:\(r\d+,rb\d+,t\d+,tb(\d+)[^)]*\))? *$/;

/**
 * A path with a newline in it could pretend to be a line about another's socket: where two lines speak of one inode, none
 * of them is believed.
 */
export function parseUnixStatistics(text: string): Map<string, UnixStatistics> {
  const found = new Map<string, UnixStatistics>();
  const twice = new Set<string>();
  // Older versions print the memory on a line of its own.
  for (const line of text.replace(/\n[ \t]+skmem:/g, ' skmem:').split('\n')) {
    const match = UNIX.exec(line);
    if (!match) continue;
    const [, state, receive, send, inode = '', peer, buffer] = match;
    if (found.has(inode)) twice.add(inode);
    found.set(inode, {
      peer: peer === '0' || peer === undefined ? null : peer,
      receive: Number(receive),
      send: Number(send),
      buffer: buffer === undefined ? null : Number(buffer),
      listening: state === 'LISTEN',
    });
  }
  for (const inode of twice) found.delete(inode);
  return found;
}

/** `LISTEN 0 128 0.0.0.0:22 0.0.0.0:* ino:1234 sk:1 <->`: Send-Q is how many connections may wait. */
function parseBacklogs(text: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const line of text.split('\n')) {
    const match = /^LISTEN +\d+ +(\d+) .*\bino:(\d+)\b/.exec(line);
    if (match) found.set(match[2] as string, Number(match[1]));
  }
  return found;
}
