import { socketHolders } from '../../source/proc/network/socket-holders.ts';
import { portOf, TcpState, tcpEndpoints } from '../../source/proc/network/tcp-endpoints.ts';
import { listProcesses } from '../../source/proc/process/processes.ts';
import { readStat } from '../../source/proc/process/read-stat.ts';

/** Who listens on one of these ports in our network namespace, as a sentence; null if nobody does. */
export function portHolders(ports: readonly number[]): string | null {
  const listening = new Map<string, number>();
  for (const { state, local, inode } of tcpEndpoints('/proc/self') ?? []) {
    const port = portOf(local);
    if (state === TcpState.listen && port !== null && ports.includes(port)) listening.set(inode, port);
  }
  for (const [inode, port] of listening) {
    const { holders } = socketHolders('/proc', new Set([inode]), listProcesses('/proc'));
    const pid = holders.get(inode)?.[0];
    const command = pid === undefined ? undefined : readStat(`/proc/${pid}`)?.command;
    return `port ${port} is taken already, by ${command === undefined ? 'a process that cannot be seen' : `${command} ${pid}`}`;
  }
  return null;
}
