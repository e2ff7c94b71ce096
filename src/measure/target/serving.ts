import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { networkNamespaces } from '../../source/proc/network/network-namespaces.ts';
import { socketHolders } from '../../source/proc/network/socket-holders.ts';
import { endpointText, portDigits, portOf, TcpState, tcpEndpoints } from '../../source/proc/network/tcp-endpoints.ts';
import { descendantsOf } from '../../source/proc/process/descendants.ts';
import { listProcesses } from '../../source/proc/process/processes.ts';
import type { RequestPlan } from '../load/request-plan.ts';
import { type Listener, listenerHolders, listenerInodes } from './listener.ts';

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

/** Both ends of a connection of ours, as we see them. */
interface Ends {
  readonly ours: string;
  readonly theirs: string;
  /** Of our end. */
  readonly port: number;
}

/**
 * Follows a connection of ours to the process that accepted it: the other end stands in some network namespace's table, and its
 * inode is held by somebody. The first request goes out on it, its end held back until the holder is found, since many servers
 * close as soon as they have answered.
 *
 * @param root proc tree
 */
export async function servingProcess(root: string, socket: Socket, plan: RequestPlan): Promise<Serving> {
  const { localAddress, localPort, remoteAddress, remotePort } = socket;
  if (localAddress === undefined || localPort === undefined) return nobody();
  const ends = {
    ours: endpointText(localAddress, localPort),
    theirs: endpointText(remoteAddress ?? '', remotePort ?? 0),
    port: localPort,
  };
  const bare = !plan.secure && plan.body === null && /^(?:GET|HEAD)$/.test(plan.method);
  if (bare) socket.write(requestHead(plan), 'latin1');
  try {
    const found = await follow(root, ends);
    return found.listener === null ? listening(root, ends.theirs, remotePort ?? plan.port) : found;
  } finally {
    if (bare) await finish(socket);
    else socket.destroy();
  }
}

async function follow(root: string, ends: Ends): Promise<Serving> {
  const first = await awaited(() => otherEnd(root, ends));
  if (first === null) return nobody();
  const { listener } = first;
  const { pids: holders, refused } = listenerHolders(root, listenerInodes(root, listener));
  const near = [...holders, ...descendantsOf(root, holders)];
  // Until it is accepted nobody holds it.
  const accepted = await awaited(() => {
    const end = otherEnd(root, ends);
    if (end === null || end.inode === '0') return null;
    const pid = holderOf(root, end.inode, near) ?? holderOf(root, end.inode, listProcesses(root));
    return pid === null && refused === 0 ? null : { pid };
  });
  return { listener, pid: accepted?.pid ?? null, holders, refused };
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

/** Looks until there is something to be seen or the time is up; once at least, since one look can take longer. */
async function awaited<T>(look: () => T | null): Promise<T | null> {
  for (const deadline = performance.now() + ACCEPT_MS; ; await delay(POLL_MS)) {
    const seen = look();
    if (seen !== null || performance.now() >= deadline) return seen;
  }
}

/**
 * The socket whose peer is ours: the one between our end and theirs. Where somebody on the way rewrites addresses (the port
 * that a container publishes), its own end has another address; then it is one that has our end as its peer and is not the
 * peer of another connection: a port of ours can lead to several places, and those it led to before stand in TIME_WAIT.
 */
function otherEnd(root: string, { ours, theirs, port }: Ends): { listener: Listener; inode: string } | null {
  const digits = portDigits(port).trim();
  let rewritten: { listener: Listener; inode: string } | null = null;
  for (const { id, folder } of networkNamespaces(root, listProcesses(root))) {
    const ends = (tcpEndpoints(folder, (line) => line.includes(digits)) ?? []).filter(
      ({ state }) => state !== TcpState.timeWait,
    );
    for (const { local, remote, inode } of ends) {
      const served = portOf(local);
      if (remote !== ours || served === null) continue;
      const found = { listener: { namespace: id, local, port: served }, inode };
      if (local === theirs) return found;
      const peer = ends.some((other) => other.local === ours && other.remote === local);
      if (!peer) rewritten ??= found;
    }
  }
  return rewritten;
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

/** Ends the request and waits until the server has closed, or long enough; it may have closed before. */
async function finish(socket: Socket): Promise<void> {
  if (socket.destroyed) return;
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
