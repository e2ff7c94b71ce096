import { networkNamespaces, ownsAddress } from '../../source/proc/network/network-namespaces.ts';
import { socketHolders } from '../../source/proc/network/socket-holders.ts';
import { hostOf, portOf, type TcpEndpoint, TcpState, tcpEndpoints } from '../../source/proc/network/tcp-endpoints.ts';
import { listProcesses } from '../../source/proc/process/processes.ts';
import { type Listener, listenerHolders, listenerInodes } from './listener.ts';

/** New connections for each request from which they belong to it. */
const FOR_EACH = 0.5;

/** Connections of a network namespace at a moment, by the address that serves them. */
export interface Onward {
  /** ms */
  readonly time: number;
  readonly counts: ReadonlyMap<string, number>;
}

/** A connection seen from the side that asked for it. */
interface Asked {
  readonly service: string;
  readonly inode: string;
  readonly state: number;
}

/**
 * Those of the listener's namespace, each once; what arrives at the listener itself is left out. Which end serves is known by
 * its port, which is listened on, or is another machine's: where the server closes first, only its own end is left in the table.
 */
export function onward(root: string, listener: Listener | null): Onward {
  const found = new Map<string, Set<string>>();
  for (const { local, remote, service } of connections(root, listener)) {
    const pair = [local, remote].sort().join(' ');
    found.set(service, (found.get(service) ?? new Set()).add(pair));
  }
  const counts = new Map([...found].map(([service, pairs]) => [service, pairs.size]));
  return { time: performance.now(), counts };
}

/**
 * Addresses to which a connection was made for each of `requests` requests, and not as many while none was sent: that is whom
 * a proxy asks.
 *
 * @param before the first of the requests
 * @param after the last of them
 * @param idle after a while without
 */
export function passedOn(before: Onward, after: Onward, idle: Onward, requests: number): string[] {
  const share = (after.time - before.time) / Math.max(1, idle.time - after.time);
  return [...after.counts].flatMap(([service, count]) => {
    const anyway = Math.max(0, (idle.counts.get(service) ?? 0) - count) * share;
    return count - (before.counts.get(service) ?? 0) >= FOR_EACH * requests + 2 * anyway ? [service] : [];
  });
}

/** Addresses to which these processes keep connections open. */
export function keptTo(root: string, listener: Listener | null, pids: readonly number[]): string[] {
  const open = connections(root, listener).filter(
    ({ remote, service, state }) => remote === service && state === TcpState.established,
  );
  const inodes = new Set(open.map(({ inode }) => inode));
  inodes.delete('0');
  const held = socketHolders(root, inodes, pids).holders;
  return [...new Set(open.flatMap(({ inode, service }) => (held.has(inode) ? [service] : [])))];
}

/** Who listens at an address, seen from the listener's namespace: there, or in one that has the address. */
export function listeningAt(root: string, listener: Listener | null, address: string): number[] {
  const port = portOf(address);
  if (listener === null || port === null) return [];
  const host = hostOf(address);
  const near = host.startsWith('127.') || host === '::1';
  return networkNamespaces(root, listProcesses(root)).flatMap((space) => {
    if (near ? space.id !== listener.namespace : !ownsAddress(space, host)) return [];
    return listenerHolders(root, listenerInodes(root, { namespace: space.id, local: address, port })).pids;
  });
}

function connections(root: string, listener: Listener | null): (Asked & { local: string; remote: string })[] {
  const space = networkNamespaces(root, listProcesses(root)).find(({ id }) => id === listener?.namespace);
  const ends = space === undefined ? [] : (tcpEndpoints(space.folder) ?? []);
  const listening = new Set(ends.flatMap(({ state, local }) => (state === TcpState.listen ? [local] : [])));
  const serves = (local: string): boolean => listening.has(local) || listening.has(`*:${portOf(local)}`);
  const ours = new Map<string, boolean>();
  const arrives = (service: string): boolean => {
    if (space === undefined || portOf(service) !== listener?.port) return false;
    const host = hostOf(service);
    const known = ours.get(host) ?? ownsAddress(space, host);
    ours.set(host, known);
    return known;
  };
  return ends.flatMap(({ local, remote, state, inode }: TcpEndpoint) => {
    if (remote === null || state === TcpState.listen) return [];
    const service = serves(local) ? local : remote;
    return arrives(service) ? [] : [{ local, remote, service, state, inode }];
  });
}
