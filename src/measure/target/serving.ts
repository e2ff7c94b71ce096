import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { descendantsOf } from '../../source/proc/descendants.ts';
import { networkNamespaces } from '../../source/proc/network-namespaces.ts';
import { listProcesses } from '../../source/proc/processes.ts';
import { socketHolders } from '../../source/proc/socket-holders.ts';
import { endpointText, portDigits, portOf, TcpState, tcpEndpoints } from '../../source/proc/tcp-endpoints.ts';
import type { RequestPlan } from '../load/request-plan.ts';
import { type Listener, listenerHolders, listenerInodes } from './listener.ts';

/** The other end of a connection of ours. */
interface Found {
  readonly listener: Listener;
  readonly inode: string;
}

/** How long a server may take to accept a connection, ms. */
const ACCEPT_MS = 2000;
const POLL_MS = 10;
/** How long the first answer is waited for, ms. */
const ANSWER_MS = 5000;

/** Who is on the other end of a connection. */
export interface Serving {
  /** null if the other end is not on this machine, or in a namespace that could not be looked into. */
  readonly listener: Listener | null;
  /** The process that accepted the connection; null if it could not be found. */
  readonly pid: number | null;
  /** The listener's holders. */
  readonly holders: readonly number[];
  /** Processes that could not be looked into. */
  readonly refused: number;
}

/**
 * Follows a connection of ours to the process that accepted it: our port is the remote one of exactly one socket in some
 * network namespace's table, whose inode is held by somebody. The first request goes out on it, its end held back until
 * the holder is found, since many servers close as soon as they have answered.
 *
 * @param root proc tree
 */
export async function servingProcess(root: string, socket: Socket, plan: RequestPlan): Promise<Serving> {
  const { localAddress, localPort, remoteAddress, remotePort } = socket;
  if (localAddress === undefined || localPort === undefined) return nobody();
  const theirs = endpointText(remoteAddress ?? '', remotePort ?? plan.port);
  const bare = !plan.secure && plan.body === null && /^(?:GET|HEAD)$/.test(plan.method);
  if (bare) socket.write(requestHead(plan), 'latin1');
  try {
    const found = await follow(root, endpointText(localAddress, localPort), localPort, theirs);
    return found.listener === null ? listening(root, theirs, remotePort ?? plan.port) : found;
  } finally {
    if (bare) await finish(socket);
    else socket.destroy();
  }
}

async function follow(root: string, ours: string, port: number, theirs: string): Promise<Serving> {
  let listener: Listener | null = null;
  let holders: { pids: number[]; refused: number } = { pids: [], refused: 0 };
  for (const deadline = performance.now() + ACCEPT_MS; performance.now() < deadline; await delay(POLL_MS)) {
    const end = otherEnd(root, ours, port, theirs);
    if (end === null) continue;
    if (listener === null) {
      listener = end.listener;
      holders = listenerHolders(root, listenerInodes(root, listener));
    }
    if (end.inode === '0') continue;
    const near = [...holders.pids, ...descendantsOf(root, holders.pids)];
    const pid = holderOf(root, end.inode, near) ?? holderOf(root, end.inode, listProcesses(root));
    if (pid !== null) return { listener, pid, holders: holders.pids, refused: holders.refused };
    if (holders.refused > 0) break;
  }
  return { listener, pid: null, holders: holders.pids, refused: holders.refused };
}

/** Who listens there, for a server that answers half a request and has closed before anybody looked. */
function listening(root: string, local: string, port: number): Serving {
  for (const { id } of networkNamespaces(root, listProcesses(root))) {
    const listener: Listener = { namespace: id, local, port };
    const holders = listenerHolders(root, listenerInodes(root, listener));
    if (holders.pids.length > 0) return { listener, pid: null, holders: holders.pids, refused: holders.refused };
  }
  return nobody();
}

/**
 * The socket whose peer is ours. A number that our port had before, for another service, stays in the table as TIME_WAIT for a
 * minute; and an end under the address that we connected to is surer than one behind a translated address.
 */
function otherEnd(root: string, ours: string, port: number, theirs: string): Found | null {
  const digits = portDigits(port).trim();
  let translated: Found | null = null;
  for (const { id, folder } of networkNamespaces(root, listProcesses(root))) {
    for (const { local, remote, state, inode } of tcpEndpoints(folder, (line) => line.includes(digits)) ?? []) {
      const served = portOf(local);
      if (remote !== ours || state === TcpState.timeWait || served === null) continue;
      const found = { listener: { namespace: id, local, port: served }, inode };
      if (local === theirs) return found;
      translated ??= found;
    }
  }
  return translated;
}

/** The youngest holder: a worker that was forked while its parent held the connection has it too, and it is the one to answer. */
function holderOf(root: string, inode: string, pids: readonly number[]): number | null {
  const found = socketHolders(root, new Set([inode]), pids).holders.get(inode);
  return found?.find((pid) => pid !== process.pid) ?? null;
}

function requestHead({ method, path, headers }: RequestPlan): string {
  const lines = Object.entries({ ...headers, Connection: 'close' }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}`;
}

/** Ends the request and waits until the server has closed, or long enough. */
async function finish(socket: Socket): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ANSWER_MS);
    socket.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    socket.resume();
    socket.write('\r\n');
  });
  socket.destroy();
}

function nobody(): Serving {
  return { listener: null, pid: null, holders: [], refused: 0 };
}
