/** What a socket's NAME says, whatever lister wrote it. Absent = null. */
export interface SocketName {
  readonly target: string | null;
  readonly state: string | null;
  readonly protocol: string | null;
  readonly local: string | null;
  readonly remote: string | null;
}

const NOTHING: SocketName = { target: null, state: null, protocol: null, local: null, remote: null };

/** lsfd >= 2.39 writes attributes: `state=listen type=stream laddr=127.0.0.1:80 raddr=... path=...`. */
const ATTRIBUTES = /^(?:state|laddr|raddr|type|path|protocol|lport|iface)=/;

/** Whether a socket's NAME is a list of attributes, as lsfd writes it. */
export function hasAttributes(name: string): boolean {
  return ATTRIBUTES.test(name) && !/^type=(?:SOCK_)?[A-Z]+(?: |$)/.test(name);
}

/** A name as lsfd writes it. A path is printed raw, so it may hold spaces: it ends where ` type=` begins, or at the end. */
export function parseAttributes(name: string): SocketName {
  const attribute = (key: string): string | null => new RegExp(`(?:^| )${key}=([^ ]*)`).exec(name)?.[1] ?? null;
  const path = /(?:^| )path=(.*?)(?: type=(?:stream|dgram|seqpacket|raw))?$/.exec(name)?.[1] ?? null;
  const local = attribute('laddr');
  const remote = attribute('raddr');
  const pair = local !== null && remote !== null ? `${local}->${remote}` : (local ?? remote);
  const state = attribute('state');
  const protocol = attribute('protocol') ?? attribute('type');
  return {
    target: pair ?? path,
    state: state === null ? null : stateWord(state),
    protocol: protocol === null ? null : protocol.toUpperCase(),
    local,
    remote,
  };
}

/** A state in the spelling of lsof and netstat: `close-wait` and `Close Wait` are `CLOSE_WAIT`. */
export function stateWord(state: string): string {
  return state.trim().toUpperCase().replaceAll(/[- ]/g, '_');
}

/** `protocol: TCPv6` of a socket that is neither bound nor connected -> `TCP`; the IP version is not part of it. */
export function protocolWord(word: string): string | null {
  const text = word.trim().replace(/v6$/, '');
  return text === '' ? null : text;
}

/** State behind an address or a socket type: the first word in parentheses that is no `QR=0`. */
const STATE = /\(([^()=\s]+)(?: [^()]*)?\)\s*$/;

/** What follows the target in an internet socket's NAME: `a:p->b:q (ESTABLISHED QR=0 QS=0)`. */
export function parseInternet(name: string, target: string): SocketName {
  const unbound = /^protocol: (.+)$/.exec(target);
  if (unbound) return { ...NOTHING, protocol: protocolWord(unbound[1]) };
  const words = /^(TCP|UDP|RAW|ICMP)6? /.exec(name);
  const state = STATE.exec(name.slice(target.length));
  const endpoints = endpointsOf(target);
  return {
    target,
    state: state && state[1] !== '-X' ? stateWord(state[1]) : null,
    protocol: words ? words[1] : null,
    ...endpoints,
  };
}

/** Both ends of `local->remote`, or the one end of a socket that has no peer. */
function endpointsOf(target: string): { local: string | null; remote: string | null } {
  const arrow = target.indexOf('->');
  const local = arrow < 0 ? target : target.slice(0, arrow);
  const remote = arrow < 0 ? null : target.slice(arrow + 2);
  if (!isAddress(local) && local !== '') return { local: null, remote: null };
  // toybox prints the peer of a listening socket as port 0, which no peer has.
  const peer = remote !== null && isAddress(remote) && !remote.endsWith(':0') ? remote : null;
  return { local: local === '' ? null : local, remote: peer };
}

/** `host:port` in any spelling: `*:80`, `[::1]:http`, `:8080` (toybox), `00000000:003A` (raw). */
function isAddress(text: string): boolean {
  return /^\S*:(?:\*|[\w-]+)$/.test(text) && !text.endsWith('::');
}

/** What lsof writes behind a unix socket's path: ` type=STREAM ->INO=757156 10,fd zoo (x,47u (CONNECTED)`. */
export function parseUnix(name: string, target: string): SocketName {
  const notes = target === 'socket' || name.startsWith('type=') ? name : name.slice(target.length);
  const kind = /(?:^| )type=(?:SOCK_)?([A-Z]+)/.exec(notes);
  const state = kind ? STATE.exec(notes) : null;
  return { ...NOTHING, target, state: state ? stateWord(state[1]) : null, protocol: kind ? kind[1] : null };
}
