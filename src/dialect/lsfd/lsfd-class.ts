import type { DescriptorClass } from '../../model/descriptor-class.ts';

/** Class by lsfd's cooked TYPE, its raw STTYPE, or the class of an anonymous inode (lsfd-cmd/file.c, unkn.c). */
const BY_TYPE: Readonly<Record<string, DescriptorClass>> = {
  DIR: 'directory',
  CHR: 'char',
  BLK: 'block',
  FIFO: 'pipe',
  LINK: 'other',
  mqueue: 'other',
  ERROR: 'unreadable',
  eventpoll: 'epoll',
  eventfd: 'eventfd',
  timerfd: 'timerfd',
  signalfd: 'signalfd',
  inotify: 'inotify',
  pidfd: 'pidfd',
};

/** Sockets by the kernel's protocol name (`system.sockprotoname`, the `name` of its `struct proto`). */
const INET = /^(?:TCP|UDP|UDP-?LITE|RAW|PING|SCTP|DCCP|MPTCP|SMC)(?:v?6)?$/i;

/** Kinds of anonymous inodes that lsfd's TYPE names; it has others by their link, without the brackets. */
const ANONYMOUS =
  /^(?:eventpoll|eventfd|timerfd|signalfd|inotify|pidfd|bpf-\w+|io_uring|userfaultfd|fanotify|perf_event|seccomp notify|secretmem)$/;

/** TYPE, if it is the kind of an anonymous inode; else `''`. */
export function anonymousClass(type: string): string {
  return ANONYMOUS.test(type) ? type : '';
}

/** What the kernel's link says of an anonymous inode: lsfd puts its particulars (`clockid=monotonic`) in its place. */
export function anonymousLink(kind: string): string {
  return kind === 'inotify' ? 'anon_inode:inotify' : `anon_inode:[${kind}]`;
}

function socketClass(protocol: string): DescriptorClass {
  if (INET.test(protocol)) return 'inet';
  if (/^UNIX\b/.test(protocol)) return 'unix';
  return protocol === 'NETLINK' ? 'netlink' : 'other';
}

/** The protocol in the raw name of a socket, `TCPv6:[532323]`; null for other names and for `socket:[532323]`. */
export function protocolOfName(name: string): string | null {
  const match = /^([A-Z][\w-]*):\[\d+\]$/.exec(name);
  return match ? (match[1] as string) : null;
}

/**
 * The class of a row by what lsfd knows of it, or null to leave it to TYPE and NAME. `protocol` is the protocol's name
 * from a column of its own or from the raw name; `''` where unknown.
 */
export function lsfdClass(type: string, name: string, anonymous: string, protocol: string): DescriptorClass | null {
  const known = BY_TYPE[anonymous] ?? BY_TYPE[type];
  if (known) return known;
  if (anonymous !== '') return 'other';
  if (type === 'REG') return /^(?:cgroup|ipc|mnt|net|pid|time|user|uts):\[\d+\]$/.test(name) ? 'other' : null;
  if (type === 'SOCK') return protocol === '' ? null : socketClass(protocol);
  return INET.test(type) || /^UNIX\b|^NETLINK$/.test(type) ? socketClass(type) : null;
}
