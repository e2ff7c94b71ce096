import { u16, u32 } from '../kernel/native-order.ts';
import { addressOf } from './address.ts';
import { type TcpEndpoint, TcpState } from './tcp-endpoints.ts';

/** struct nlmsghdr: length, type, flags, sequence number, port (netlink(7)). */
const HEADER = 16;
const ERROR = 2;
const DONE = 3;
/** SOCK_DIAG_BY_FAMILY, linux/sock_diag.h: the type of an answer about one socket. */
const SOCKET = 20;
/** struct inet_diag_msg, linux/inet_diag.h, behind the header. */
const FAMILY = HEADER;
const STATE = HEADER + 1;
const TIMER = HEADER + 2;
const LOCAL_PORT = HEADER + 4;
const REMOTE_PORT = HEADER + 6;
const LOCAL = HEADER + 8;
const REMOTE = HEADER + 24;
const RECEIVE = HEADER + 56;
const SEND = HEADER + 60;
const INODE = HEADER + 68;
const LENGTH = HEADER + 72;
const AF_INET = 2;

/** Two lists make a table: one of IPv4, one of IPv6. */
const LISTS = 2;

/** Reads the answers of sock_diag(7) to questions about TCP sockets, wherever the stream is cut. */
export class SocketDiagDecoder {
  #rest: Buffer = Buffer.alloc(0);
  #lists = 0;
  #refused = false;
  #endpoints: TcpEndpoint[] = [];

  /** The tables that end in these bytes; null for one that the kernel refused. Throws where the stream is none of answers. */
  push(bytes: Buffer): (readonly TcpEndpoint[] | null)[] {
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const tables: (readonly TcpEndpoint[] | null)[] = [];
    let at = 0;
    while (all.length - at >= HEADER) {
      const length = u32(all, at);
      if (length < HEADER || length > 1 << 16) throw new Error(`no answer of sock_diag: a length of ${length}`);
      if (all.length - at < length) break;
      const type = u16(all, at + 4);
      if (type === SOCKET && length >= LENGTH) this.#endpoints.push(endpointOf(all.subarray(at, at + length)));
      if (type === DONE || type === ERROR) {
        this.#refused ||= type === ERROR;
        if (++this.#lists === LISTS) tables.push(this.#table());
      }
      // Each message begins at a multiple of four.
      at += (length + 3) & ~3;
    }
    this.#rest = all.subarray(Math.min(at, all.length));
    return tables;
  }

  #table(): readonly TcpEndpoint[] | null {
    const table = this.#refused ? null : this.#endpoints;
    this.#lists = 0;
    this.#refused = false;
    this.#endpoints = [];
    return table;
  }
}

function endpointOf(message: Buffer): TcpEndpoint {
  const size = message[FAMILY] === AF_INET ? 4 : 16;
  const state = message[STATE] as number;
  const listens = state === TcpState.listen;
  return {
    local: addressOf([...message.subarray(LOCAL, LOCAL + size)], message.readUInt16BE(LOCAL_PORT)) ?? '*:*',
    remote: addressOf([...message.subarray(REMOTE, REMOTE + size)], message.readUInt16BE(REMOTE_PORT)),
    state,
    inode: String(u32(message, INODE)),
    // Of a listener it is how many connections may wait; /proc/net/tcp says 0 there.
    send: listens ? 0 : u32(message, SEND),
    receive: u32(message, RECEIVE),
    timer: message[TIMER] as number,
  };
}
