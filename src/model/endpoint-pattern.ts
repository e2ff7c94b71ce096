import type { PatternBuffer } from './path-pattern.ts';
import { KIND, Kind } from './word-shape.ts';

const STAR = 0x2a;
const COLON = 0x3a;
const DASH = 0x2d;
const GREATER = 0x3e;
const SPACE = 0x20;

/**
 * Where systems take a client's port from: Linux 32768-60999 (ip_local_port_range), IANA 49152-65535. FreeBSD and tuned
 * Linux systems begin at 10000, where servers listen too.
 */
const EPHEMERAL = 32_768;
const PERHAPS_EPHEMERAL = 10_000;

/** Ports in that range where well-known services listen: mysqlx, keystone, db2, gRPC, hdfs, activemq. */
const SERVICES = new Set([33_060, 35_357, 50_000, 50_010, 50_051, 50_070, 50_075, 61_613, 61_616]);

const Port = { service: 0, perhaps: 1, ephemeral: 2, blank: 3 } as const;

/**
 * Appends the pattern of a socket's addresses, `host:port` or `local->remote`: the port that the system picked is blanked,
 * hosts and the service's port stay. A client reads `10.0.0.1:*->10.0.0.2:443`, a server `10.0.0.2:443->10.0.0.1:*`.
 * Returns false, having written nothing, if the name is no such thing.
 */
export function foldEndpoints(bytes: Uint8Array, start: number, end: number, into: PatternBuffer): boolean {
  const arrow = arrowAt(bytes, start, end);
  const localEnd = arrow < 0 ? end : arrow;
  const localPort = portStart(bytes, start, localEnd);
  if (localPort < 0) return false;
  const local = portKind(bytes, localPort, localEnd);
  if (arrow < 0) {
    write(bytes, start, localPort, localEnd, local === Port.ephemeral, into);
    return true;
  }
  const remotePort = portStart(bytes, arrow + 2, end);
  if (remotePort < 0) return false;
  const remote = portKind(bytes, remotePort, end);
  write(bytes, start, localPort, localEnd, isPicked(local, remote), into);
  into.bytes[into.length++] = DASH;
  into.bytes[into.length++] = GREATER;
  write(bytes, arrow + 2, remotePort, end, isPicked(remote, local), into);
  return true;
}

function isPicked(port: number, other: number): boolean {
  return port === Port.ephemeral || (port === Port.perhaps && other === Port.service);
}

/** Position of `->`, or -1; also -1 where the name holds a blank, which no pair of addresses does. */
function arrowAt(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end - 1; at++) {
    if (bytes[at] === SPACE) return -1;
    if (bytes[at] === DASH && bytes[at + 1] === GREATER) return at;
  }
  return -1;
}

/** Where the port begins behind the last colon, or -1 if the text is no `host:port`. */
function portStart(bytes: Uint8Array, start: number, end: number): number {
  let at = end;
  while (at > start && bytes[at - 1] !== COLON) {
    const byte = bytes[at - 1] as number;
    const kind = KIND[byte];
    if (
      kind !== Kind.digit &&
      kind !== Kind.lower &&
      kind !== Kind.upper &&
      byte !== DASH &&
      byte !== STAR &&
      byte !== 0x5f
    )
      return -1;
    at--;
  }
  if (at === start || at === end) return -1;
  // The host: `*`, a name, an IPv4 address, `[v6]`, or nothing (toybox).
  for (let i = start; i < at - 1; i++) {
    const byte = bytes[i] as number;
    const kind = KIND[byte];
    if (kind === Kind.slash || kind === Kind.backslash || byte === SPACE || byte === 0x40 || byte === 0x3d) return -1;
  }
  return at;
}

function portKind(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start] === STAR) return Port.blank;
  let port = 0;
  for (let at = start; at < end; at++) {
    if (KIND[bytes[at] as number] !== Kind.digit) return Port.service;
    port = Math.min(port * 10 + (bytes[at] as number) - 0x30, 1_000_000);
  }
  return port > 65_535 ? Port.service : rangeOf(port);
}

function rangeOf(port: number): number {
  if (SERVICES.has(port)) return Port.service;
  return port >= EPHEMERAL ? Port.ephemeral : port >= PERHAPS_EPHEMERAL ? Port.perhaps : Port.service;
}

/** Whether patterns treat two port numbers alike. */
export function arePortsAlike(port: number, other: number): boolean {
  return rangeOf(port) === rangeOf(other);
}

/** Whether patterns always keep the port number: a service's. */
export function isServicePort(port: number): boolean {
  return rangeOf(port) === Port.service;
}

function write(bytes: Uint8Array, start: number, port: number, end: number, blank: boolean, into: PatternBuffer): void {
  const stop = blank ? port : end;
  for (let at = start; at < stop; at++) into.bytes[into.length++] = bytes[at] as number;
  if (blank) into.bytes[into.length++] = STAR;
}
