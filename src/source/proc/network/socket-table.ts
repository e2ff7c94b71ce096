import { decodeText } from '../../../columns/utf8.ts';
import type { DescriptorClass } from '../../../model/descriptor-class.ts';
import { escapeBytes } from '../kernel/escape-bytes.ts';
import { addressText } from './address.ts';
import { TCP_STATES } from './tcp-endpoints.ts';

/** What a socket's row says, each cell as lsof prints it. */
export interface SocketFact {
  readonly type: string;
  readonly class: DescriptorClass;
  readonly name: string;
  readonly device: string | null;
  readonly node: string;
}

/** One file below `/proc/PID/net`: where its inode stands, and what a line of it means. */
export interface SocketTable {
  readonly file: string;
  /** Index of the inode among the blank-separated fields of a line. */
  readonly inodeField: number;
  /** `fields` are the line's fields up to the inode; `rest` is what follows them (a path may hold blanks). */
  describe(fields: readonly string[], rest: Buffer): SocketFact;
}

function ends(local: string | null, remote: string | null): string {
  return remote === null ? (local ?? '') : `${local ?? '*:*'}->${remote}`;
}

function inet(file: string, protocol: string, version: 4 | 6): SocketTable {
  return {
    file,
    inodeField: 9,
    describe(fields) {
      const pair = ends(addressText(fields[1] as string), addressText(fields[2] as string));
      const state = protocol === 'TCP' ? (TCP_STATES[Number.parseInt(fields[3] as string, 16)] ?? '') : '';
      return {
        type: version === 4 ? 'IPv4' : 'IPv6',
        class: 'inet',
        name: state === '' ? pair : `${pair} (${state})`,
        device: fields[9] as string,
        node: protocol,
      };
    },
  };
}

/** Raw and ping sockets have no port: the number is the protocol or the ICMP id. lsof prints the kernel's own digits. */
function raw(file: string, type: string): SocketTable {
  return {
    file,
    inodeField: 9,
    describe: (fields) => ({
      type,
      class: 'inet',
      name: `${fields[1]}->${fields[2]}${type.startsWith('raw') ? ` st=${fields[3]}` : ''}`,
      device: null,
      node: fields[9] as string,
    }),
  };
}

/** socket(2) types by number. */
const SOCKET_TYPES: Readonly<Record<number, string>> = {
  1: 'STREAM',
  2: 'DGRAM',
  3: 'RAW',
  4: 'RDM',
  5: 'SEQPACKET',
  6: 'DCCP',
  10: 'PACKET',
};

/** socket_state of include/uapi/linux/net.h; a listener is told by its SO_ACCEPTCON flag. */
const UNIX_STATES: readonly string[] = ['FREE', 'UNCONNECTED', 'CONNECTING', 'CONNECTED', 'DISCONNECTING'];
const ACCEPTING = 0x10000;

const UNIX: SocketTable = {
  file: 'unix',
  inodeField: 6,
  describe(fields, path) {
    const type = SOCKET_TYPES[Number.parseInt(fields[4] as string, 16)] ?? `unknown (${fields[4]})`;
    const listening = (Number.parseInt(fields[3] as string, 16) & ACCEPTING) !== 0;
    const state = listening ? 'LISTEN' : UNIX_STATES[Number.parseInt(fields[5] as string, 16)];
    const label = `type=${type}${state === undefined ? '' : ` (${state})`}`;
    return {
      type: 'unix',
      class: 'unix',
      name: path.length === 0 ? label : `${escapeBytes(path)} ${label}`,
      device: `0x${(fields[0] as string).replace(':', '')}`,
      node: fields[6] as string,
    };
  },
};

/** Families of netlink(7) by number. */
const NETLINK_FAMILIES: Readonly<Record<number, string>> = {
  0: 'ROUTE',
  1: 'UNUSED',
  2: 'USERSOCK',
  3: 'FIREWALL',
  4: 'INET_DIAG',
  5: 'NFLOG',
  6: 'XFRM',
  7: 'SELINUX',
  8: 'ISCSI',
  9: 'AUDIT',
  10: 'FIB_LOOKUP',
  11: 'CONNECTOR',
  12: 'NETFILTER',
  13: 'IP6_FW',
  14: 'DNRTMSG',
  15: 'KOBJECT_UEVENT',
  16: 'GENERIC',
  18: 'SCSITRANSPORT',
  19: 'ECRYPTFS',
  20: 'RDMA',
  21: 'CRYPTO',
  22: 'SMC',
};

const NETLINK: SocketTable = {
  file: 'netlink',
  inodeField: 9,
  describe: (fields) => ({
    type: 'netlink',
    class: 'netlink',
    name: NETLINK_FAMILIES[Number(fields[1])] ?? `unknown protocol: ${fields[1]}`,
    device: null,
    node: fields[9] as string,
  }),
};

const PACKET: SocketTable = {
  file: 'packet',
  inodeField: 8,
  describe: (fields) => ({
    type: 'pack',
    class: 'other',
    name: `type=SOCK_${SOCKET_TYPES[Number(fields[2])] ?? fields[2]}`,
    device: fields[8] as string,
    node: String(Number.parseInt(fields[3] as string, 16)),
  }),
};

function sctp(file: string, inodeField: number, label: string, portField: number): SocketTable {
  return {
    file,
    inodeField,
    describe(fields, rest) {
      const more = decodeText(rest, 0, rest.length).trim();
      const port = portField < inodeField ? `[${fields[portField]}]` : '';
      return {
        type: 'sock',
        class: 'inet',
        name: `${label}: ${more}${port}`.trim(),
        device: fields[inodeField] as string,
        node: 'SCTP',
      };
    },
  };
}

/** Every table of sockets there is below `/proc/PID/net`; one that the kernel was built without is missing there. */
export const SOCKET_TABLES: readonly SocketTable[] = [
  inet('tcp', 'TCP', 4),
  inet('tcp6', 'TCP', 6),
  inet('udp', 'UDP', 4),
  inet('udp6', 'UDP', 6),
  inet('udplite', 'UDPLITE', 4),
  inet('udplite6', 'UDPLITE', 6),
  raw('raw', 'raw'),
  raw('raw6', 'raw6'),
  raw('icmp', 'icmp'),
  raw('icmp6', 'icmp'),
  UNIX,
  NETLINK,
  PACKET,
  sctp('sctp/eps', 7, 'ENDPT', 5),
  sctp('sctp/assocs', 10, 'ASSOC', 10),
];

/** Class of a socket that no table holds, by the name of its protocol (`TCPv6`, `UNIX-STREAM`, `ALG`). */
export function socketClass(protocol: string): DescriptorClass {
  if (/^(?:MP)?(?:TCP|UDP|RAW|PING|ICMP|SCTP|DCCP)/.test(protocol)) return 'inet';
  if (protocol.startsWith('UNIX')) return 'unix';
  return protocol === 'NETLINK' ? 'netlink' : 'other';
}
