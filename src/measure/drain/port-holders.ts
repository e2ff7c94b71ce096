import type { PortHolder } from '../../analysis/drain/observation.ts';
import { socketHolders } from '../../source/proc/network/socket-holders.ts';
import { tcpListeners } from '../../source/proc/network/tcp-endpoints.ts';
import { unixListeners } from '../../source/proc/network/unix-listeners.ts';
import { listProcesses } from '../../source/proc/process/processes.ts';
import { readStat } from '../../source/proc/process/read-stat.ts';

/**
 * Who listens on some addresses now, anybody on the machine: a worker that nobody knew of, or the next start of the service.
 *
 * @param folder of a process in the network namespace of the addresses
 */
export function portHolders(root: string, folder: string, addresses: ReadonlySet<string>): PortHolder[] {
  const listening = new Map([
    ...tcpListeners(folder).map(({ inode, local }) => [inode, local] as const),
    ...unixListeners(folder),
  ]);
  for (const [inode, address] of listening) if (!addresses.has(address)) listening.delete(inode);
  if (listening.size === 0) return [];
  const { holders } = socketHolders(root, new Set(listening.keys()), listProcesses(root));
  return [...holders].flatMap(([inode, pids]) =>
    pids.map((pid) => ({ address: listening.get(inode) ?? '', pid, command: commandOf(root, pid) })),
  );
}

function commandOf(root: string, pid: number): string {
  return readStat(`${root}/${pid}`)?.command ?? String(pid);
}
