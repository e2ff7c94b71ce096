import { networkNamespaces } from '../../source/proc/network-namespaces.ts';
import { listProcesses } from '../../source/proc/processes.ts';
import { portOf, TcpState, tcpEndpoints } from '../../source/proc/tcp-endpoints.ts';
import type { Listener } from './listener.ts';

/** New connections for each request from which they belong to it. */
const FOR_EACH = 0.5;

/** Connections out of a network namespace, by where they go. */
export type Outgoing = ReadonlyMap<string, number>;

/** Those of the listener's namespace; what arrives at the listener itself is left out. */
export function outgoing(root: string, listener: Listener | null): Outgoing {
  const found = new Map<string, number>();
  const folder = networkNamespaces(root, listProcesses(root)).find(({ id }) => id === listener?.namespace)?.folder;
  if (listener === null || folder === undefined) return found;
  for (const { local, remote, state } of tcpEndpoints(folder) ?? []) {
    if (remote === null || state === TcpState.listen || portOf(local) === listener.port) continue;
    if (portOf(remote) === listener.port) continue;
    found.set(remote, (found.get(remote) ?? 0) + 1);
  }
  return found;
}

/** Where a connection went for each of `requests` requests, or one is kept: that is whom a proxy asks. */
export function passedOn(before: Outgoing, after: Outgoing, requests: number): string[] {
  return [...after].flatMap(([remote, count]) =>
    count - (before.get(remote) ?? 0) >= FOR_EACH * requests ? [remote] : [],
  );
}
