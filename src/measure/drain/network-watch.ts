import type { SocketSight } from '../../analysis/drain/observation.ts';
import { namespaceOf } from '../../source/proc/kernel/namespaces.ts';
import { TCP_STATES, TcpState, tcpEndpointsAside } from '../../source/proc/network/tcp-endpoints.ts';
import { TcpInquiry } from '../../source/proc/network/tcp-inquiry.ts';
import { unixSockets } from '../../source/proc/network/unix-listeners.ts';

/** How a line of /proc/net/tcp says TIME_WAIT: nobody holds such a socket. */
const TIME_WAIT = ' 06 ';
/** Reading takes this part of the time at most, and that part while there is a socket without a name. */
const SHARE = 0.1;
const HASTE = 0.4;

/** The sockets of one network namespace that a process can hold, as they were read. */
export interface SocketTable {
  /** When the reading began, seconds: what was made before is in it, if it is anything. */
  readonly since: number;
  readonly sockets: ReadonlyMap<string, SocketSight>;
}

interface Namespace {
  /** Whether it is ours: then it is read through ourselves, since the process that is in it may end meanwhile. */
  readonly own: boolean;
  /** Null where the kernel is not to be asked. */
  readonly inquiry: TcpInquiry | null;
  table: SocketTable | null;
  reading: Promise<void> | null;
  /** When the last reading ended, and how long it took, seconds. */
  read: number;
  took: number;
}

/**
 * Reads the tables of sockets again and again beside everything else. Where the kernel answers questions that takes a
 * millisecond or two; the tables in /proc/PID/net of a busy machine, with its connections in TIME_WAIT, take it a tenth of a
 * second and more, in which others must not go unseen.
 */
export class NetworkWatch {
  readonly #root: string;
  readonly #now: () => number;
  readonly #namespaces = new Map<string, Namespace>();

  /** @param root proc tree */
  constructor(root: string, now: () => number) {
    this.#root = root;
    this.#now = now;
  }

  /** As it was read last; null where it never could be. */
  latest(namespace: string): SocketTable | null {
    return this.#namespaces.get(namespace)?.table ?? null;
  }

  /**
   * Begins to read a namespace, if that is due.
   *
   * @param folder of a process in it
   * @param haste whether a socket waits for its name
   */
  refresh(namespace: string, folder: string, haste: boolean): void {
    const state = this.#state(namespace, folder);
    const pause = state.took * (1 / (haste ? HASTE : SHARE) - 1);
    if (state.reading === null && this.#now() >= state.read + pause) this.#read(folder, state);
  }

  /** Resolves when a reading that began after this call is done. */
  async renew(namespace: string, folder: string): Promise<void> {
    const state = this.#state(namespace, folder);
    await state.reading;
    this.#read(folder, state);
    await state.reading;
  }

  /** Ends what it asks by. */
  async close(): Promise<void> {
    await Promise.all([...this.#namespaces.values()].map(({ inquiry }) => inquiry?.close()));
  }

  #state(namespace: string, folder: string): Namespace {
    const known = this.#namespaces.get(namespace);
    if (known) return known;
    const own = namespaceOf(`${this.#root}/self`, 'net') === namespace;
    const inquiry = TcpInquiry.open(own ? null : `${folder}/ns/net`);
    const state: Namespace = { own, inquiry, table: null, reading: null, read: 0, took: 0 };
    this.#namespaces.set(namespace, state);
    return state;
  }

  #read(folder: string, state: Namespace): void {
    const since = this.#now();
    const place = state.own ? `${this.#root}/self` : folder;
    state.reading = socketsOf(place, state.inquiry).then((sockets) => {
      state.reading = null;
      state.read = this.#now();
      state.took = state.read - since;
      if (sockets !== null) state.table = { since, sockets };
    });
  }
}

async function socketsOf(folder: string, inquiry: TcpInquiry | null): Promise<ReadonlyMap<string, SocketSight> | null> {
  const answer = await inquiry?.ask();
  const ends = answer ?? (await tcpEndpointsAside(folder, (line) => !line.includes(TIME_WAIT)));
  if (ends === null) return null;
  const sockets = new Map<string, SocketSight>();
  for (const { inode, local, remote, state, send: sending, receive: receiving } of ends) {
    if (inode === '0') continue;
    sockets.set(inode, { inode, kind: 'tcp', local, remote, state: TCP_STATES[state] ?? '', sending, receiving });
  }
  for (const [inode, { path, state }] of unixSockets(folder)) {
    // A client, and one end of a socket pair: nothing says whose the other end is.
    if (path === '' || state === 'other') continue;
    const name = state === 'CONNECTED' ? 'ESTABLISHED' : state;
    sockets.set(inode, { inode, kind: 'unix', local: path, remote: null, state: name, sending: 0, receiving: 0 });
  }
  return sockets;
}

/**
 * States of connections by both their ends, whoever holds them: what becomes of one whose process has ended. Null where the
 * namespace cannot be read any more.
 */
export async function statesByEnds(
  root: string,
  namespace: string,
  folders: readonly string[],
): Promise<ReadonlyMap<string, string> | null> {
  const folder = [`${root}/self`, ...folders].find((one) => networkOf(one) === namespace);
  const ends = folder === undefined ? null : await tcpEndpointsAside(folder);
  if (ends === null) return null;
  const connections = ends.filter(({ state }) => state !== TcpState.listen);
  return new Map(connections.map((end) => [endsOf(end), TCP_STATES[end.state] ?? '']));
}

export function endsOf({ local, remote }: Pick<SocketSight, 'local' | 'remote'>): string {
  return `${local} ${remote}`;
}

/** Inode of a process's network namespace; its own folder where that is refused. */
export function networkOf(folder: string): string {
  return namespaceOf(folder, 'net') ?? folder;
}
