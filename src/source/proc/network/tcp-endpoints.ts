import { readFile } from 'node:fs/promises';
import { tryKernelFile } from '../kernel/kernel-file.ts';
import { addressText } from './address.ts';

/** Names of the TCP states, by the number that the kernel prints (enum of include/net/tcp_states.h). */
export const TCP_STATES: readonly string[] = [
  '',
  'ESTABLISHED',
  'SYN_SENT',
  'SYN_RECV',
  'FIN_WAIT1',
  'FIN_WAIT2',
  'TIME_WAIT',
  'CLOSE',
  'CLOSE_WAIT',
  'LAST_ACK',
  'LISTEN',
  'CLOSING',
  'NEW_SYN_RECV',
];

/** TCP states by the number that the kernel prints (include/net/tcp_states.h). */
export const TcpState = { established: 1, timeWait: 6, listen: 10 } as const;

/** One TCP socket of a network namespace, as `/proc/PID/net/tcp` and `tcp6` print it (proc_pid_net(5)). */
export interface TcpEndpoint {
  /** `127.0.0.1:8080`, `[::1]:8080`, `*:8080`. */
  readonly local: string;
  /** null for a listener. */
  readonly remote: string | null;
  readonly state: number;
  /** Decimal; `0` where no process holds the socket (TIME_WAIT, not accepted yet). */
  readonly inode: string;
  /** Bytes that were sent and not acknowledged, or wait to be sent. */
  readonly send: number;
  /** Bytes that wait to be read; of a listener, connections that wait to be accepted. */
  readonly receive: number;
  /** What the socket waits for (tr): 1 = sends again, 2 = keep-alive, 4 = asks a receiver that takes nothing (zero window). */
  readonly timer: number;
}

const TABLES = ['tcp', 'tcp6'] as const;

/**
 * Every TCP socket in the network namespace of the process with this folder; null where neither table can be read.
 * `wanted` sees the raw line and spares the decoding of others.
 */
export function tcpEndpoints(folder: string, wanted: (line: string) => boolean = () => true): TcpEndpoint[] | null {
  const texts = TABLES.map((file) => tryKernelFile(`${folder}/net/${file}`)?.toString('latin1') ?? null);
  return parsed(texts, wanted);
}

/** The same while this thread goes on: with ten thousand connections in TIME_WAIT the kernel needs a tenth of a second. */
export async function tcpEndpointsAside(
  folder: string,
  wanted: (line: string) => boolean = () => true,
): Promise<TcpEndpoint[] | null> {
  const texts = await Promise.all(TABLES.map((file) => readFile(`${folder}/net/${file}`, 'latin1').catch(() => null)));
  return parsed(texts, wanted);
}

function parsed(texts: readonly (string | null)[], wanted: (line: string) => boolean): TcpEndpoint[] | null {
  const tables = texts.filter((text) => text !== null);
  return tables.length === 0 ? null : tables.flatMap((text) => endpointsIn(text, wanted));
}

function endpointsIn(text: string, wanted: (line: string) => boolean): TcpEndpoint[] {
  const found: TcpEndpoint[] = [];
  const lines = text.split('\n');
  for (let i = 1; i < lines.length; i++) {
    const line = lines[i] as string;
    if (line === '' || !wanted(line)) continue;
    const fields = line.trim().split(/ +/);
    const [, local = '', remote = '', state = '', queues = '', timer = ''] = fields;
    found.push({
      local: addressText(local) ?? '*:*',
      remote: addressText(remote),
      state: Number.parseInt(state, 16),
      inode: fields[9] ?? '0',
      send: Number.parseInt(queues, 16),
      receive: Number.parseInt(queues.slice(queues.indexOf(':') + 1), 16),
      timer: Number.parseInt(timer, 16),
    });
  }
  return found;
}

/** The listening ones: a busy server leaves ten thousand others behind, which are passed over undecoded. */
export function tcpListeners(folder: string): TcpEndpoint[] {
  const endpoints = tcpEndpoints(folder, (line) => line.includes(' 0A ')) ?? [];
  return endpoints.filter(({ state }) => state === TcpState.listen);
}

/** A port as the tables print it: four hexadecimal digits behind a colon. */
export function portDigits(port: number): string {
  return `:${port.toString(16).toUpperCase().padStart(4, '0')} `;
}

/** The host of an address as `addressText` prints it, without brackets. */
export function hostOf(address: string): string {
  return address.slice(0, address.lastIndexOf(':')).replace(/^\[|\]$/g, '');
}

/** The port of an address as `addressText` prints it; null for `*`. */
export function portOf(address: string): number | null {
  const port = address.slice(address.lastIndexOf(':') + 1);
  return /^\d+$/.test(port) ? Number(port) : null;
}

/** An address of Node's as `addressText` prints it. */
export function endpointText(address: string, port: number): string {
  const host = address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
