import { networkNamespaces } from '../../source/proc/network/network-namespaces.ts';
import { type SocketHolders, socketHolders } from '../../source/proc/network/socket-holders.ts';
import { portOf, tcpListeners } from '../../source/proc/network/tcp-endpoints.ts';
import { listProcesses } from '../../source/proc/process/processes.ts';

/** A port that is listened on. */
export interface Listener {
  /** inode of the network namespace, decimal. */
  readonly namespace: string;
  /** `127.0.0.1:8080` or `*:8080`; null = any address with the port. */
  readonly local: string | null;
  readonly port: number;
}

/**
 * Inodes of the sockets that listen there: several with SO_REUSEPORT. One on the very address takes connections before one
 * on all addresses (ip(7)).
 */
export function listenerInodes(root: string, { namespace, local, port }: Listener): Set<string> {
  const folder = networkNamespaces(root, listProcesses(root)).find(({ id }) => id === namespace)?.folder;
  const onPort = (folder === undefined ? [] : tcpListeners(folder)).filter(({ local: own }) => portOf(own) === port);
  const exact = onPort.filter((socket) => socket.local === local);
  const wide = onPort.filter((socket) => local === null || socket.local === `*:${port}`);
  return new Set((exact.length > 0 ? exact : wide).map(({ inode }) => inode));
}

/** Processes that hold a listener; pid 1 only if it alone does: systemd keeps a copy of every socket it passes on. */
export function listenerHolders(root: string, inodes: ReadonlySet<string>): { pids: number[]; refused: number } {
  const { holders, refused } = socketHolders(root, inodes, listProcesses(root));
  return { pids: withoutInit(holders), refused };
}

function withoutInit(holders: SocketHolders['holders']): number[] {
  const pids = [...new Set([...holders.values()].flat())].filter((pid) => pid !== process.pid);
  const others = pids.filter((pid) => pid !== 1);
  return others.length > 0 ? others : pids;
}
