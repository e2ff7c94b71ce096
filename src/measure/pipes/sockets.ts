import type { TcpFact, UnixFact } from '../../analysis/pipes/observation.ts';
import { tryKernelText } from '../../source/proc/kernel/kernel-file.ts';
import { type NetworkNamespaceFact, networkNamespaces } from '../../source/proc/network/network-namespaces.ts';
import { type SocketStatistics, socketStatistics } from '../../source/proc/network/socket-statistics.ts';
import { TcpState, tcpEndpoints } from '../../source/proc/network/tcp-endpoints.ts';

/** Namespaces of containers that are entered one by one: two programs are started in each. */
const ENTERED = 64;
/** Kinds of `tr` in /proc/net/tcp (net/ipv4/tcp_ipv4.c, get_tcp4_sock). */
const RESENDS = 1;
const PROBES = 4;

export interface SocketLook {
  /** By inode. */
  readonly unix: ReadonlyMap<string, UnixFact>;
  readonly tcp: ReadonlyMap<string, TcpFact>;
  /** Whether what waits in unix sockets, and at whose other end, was told in every namespace. */
  readonly whole: boolean;
  readonly hidden: readonly string[];
}

/** Queues of the sockets in all network namespaces of these processes. Nothing is opened or changed for it. */
export function lookAtSockets(root: string, pids: Iterable<number>): SocketLook {
  const unix = new Map<string, UnixFact>();
  const tcp = new Map<string, TcpFact>();
  let unanswered = 0;
  const namespaces = networkNamespaces(root, pids);
  for (const [index, namespace] of namespaces.entries()) {
    const { folder } = namespace;
    const own = isOwn(namespace, root);
    const statistics = index < ENTERED ? socketStatistics(folder, own) : null;
    if (statistics === null) unanswered++;
    for (const [inode, fact] of statistics?.unix ?? []) unix.set(inode, fact);
    readTcp(folder, statistics, own ? somaxconn(root) : null, tcp);
  }
  const hidden =
    unanswered === 0
      ? []
      : [
          `${unanswered === namespaces.length ? 'what' : `in ${unanswered} of ${namespaces.length} network namespaces what`} waits in unix sockets, their other ends and the limits of backlogs are not known (needs ss of iproute2; in other namespaces nsenter and root)`,
        ];
  return { unix, tcp, whole: unanswered === 0, hidden };
}

/** `networkNamespaces` names that of this program by `self`. */
function isOwn({ folder }: NetworkNamespaceFact, root: string): boolean {
  return folder === `${root}/self`;
}

function readTcp(
  folder: string,
  statistics: SocketStatistics | null,
  ceiling: number | null,
  found: Map<string, TcpFact>,
): void {
  for (const endpoint of tcpEndpoints(folder, isBusy) ?? []) {
    const { inode, local, remote, state, receive, send, timer } = endpoint;
    if (inode === '0') continue;
    const listening = state === TcpState.listen;
    const limit = listening ? (statistics?.backlogs.get(inode) ?? null) : null;
    found.set(inode, {
      local,
      remote,
      listening,
      receive,
      send: listening ? 0 : send,
      windowClosed: timer === PROBES && send > 0,
      resending: timer === RESENDS && send > 0 && !listening,
      limit,
      ceiling: listening && limit === null ? ceiling : null,
    });
  }
}

/** Something waits, or it listens. The queues are the fifth field, the state the fourth. */
function isBusy(line: string): boolean {
  return line.includes(' 0A ') || !line.includes(' 00000000:00000000 ');
}

function somaxconn(root: string): number | null {
  const text = tryKernelText(`${root}/sys/net/core/somaxconn`)?.trim() ?? '';
  return /^\d+$/.test(text) ? Number(text) : null;
}
