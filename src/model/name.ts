import { cellText, classOf } from './classify.ts';
import { classCode } from './descriptor-class.ts';
import { Cell, type RowBatch } from './row-batch.ts';
import {
  hasAttributes,
  parseAttributes,
  parseInternet,
  parseUnix,
  protocolWord,
  type SocketName,
  stateWord,
} from './socket-name.ts';
import { locateTarget, targetRange, targetText } from './target.ts';

const INET = classCode('inet');
const UNIX = classCode('unix');
const NETLINK = classCode('netlink');
const OTHER = classCode('other');
const UNREADABLE = classCode('unreadable');

/** What a row's NAME says beside its kind. */
export interface NameFacts extends SocketName {
  /** Whether the link is gone while the file is held; null where the row has no name. */
  readonly deleted: boolean | null;
}

const range = targetRange();

/**
 * Reads a row's name: target, state, protocol, both addresses, deleted. A cell the source filled itself (`state`,
 * `protocol`, `local`, `remote`, `target`, the deleted word) always wins over what the name is taken to say.
 *
 * `protocol` is that of an internet socket (TCP, UDP ...), the type of a unix socket (STREAM ...) or the family of a
 * netlink socket (ROUTE ...).
 */
export function nameFacts(batch: RowBatch, row: number, code = classOf(batch, row)): NameFacts {
  locateTarget(batch, row, code, range);
  const target = targetText(range);
  const deleted = target === null || code === UNREADABLE ? nullUnlessTrue(range.deleted) : range.deleted;
  const said = socketFacts(batch, row, code, target);
  const state = cellText(batch, row, Cell.state);
  const local = filled(batch, row, Cell.local);
  const remote = filled(batch, row, Cell.remote);
  return {
    target,
    state: state === null ? (said?.state ?? null) : state.trim() === '' ? null : stateWord(state),
    protocol: filled(batch, row, Cell.protocol) ?? said?.protocol ?? protocolByType(batch, row, code),
    local: local ?? said?.local ?? null,
    remote: remote ?? said?.remote ?? null,
    deleted,
  };
}

/** A row whose target could not be read does not say that it is not deleted. */
function nullUnlessTrue(deleted: boolean): boolean | null {
  return deleted ? true : null;
}

function filled(batch: RowBatch, row: number, column: number): string | null {
  const text = cellText(batch, row, column)?.trim();
  return text === undefined || text === '' ? null : text;
}

function socketFacts(batch: RowBatch, row: number, code: number, target: string | null): SocketName | null {
  if (code !== INET && code !== UNIX && code !== NETLINK && code !== OTHER) return null;
  const name = cellText(batch, row, Cell.name)?.trimEnd() ?? target;
  if (name === null) return null;
  if (hasAttributes(name)) return parseAttributes(name);
  if (code === INET) return parseInternet(name, target ?? name);
  if (code === UNIX) return parseUnix(name, target ?? name);
  if (code === NETLINK) {
    const family = /^[A-Z][A-Z0-9_]*$/.exec(name);
    return family ? { target, state: null, protocol: family[0], local: null, remote: null } : null;
  }
  const unbound = /^protocol: (.+)$/.exec(name);
  return unbound ? { target, state: null, protocol: protocolWord(unbound[1]), local: null, remote: null } : null;
}

/** lsof prints the protocol of an internet socket in NODE, lsfd in TYPE (`TCPv6`, `UNIX-STREAM`). */
function protocolByType(batch: RowBatch, row: number, code: number): string | null {
  if (code !== INET && code !== UNIX) return null;
  const node = code === INET ? filled(batch, row, Cell.node) : null;
  if (node !== null && /^[A-Za-z]/.test(node)) return protocolWord(node);
  const type = filled(batch, row, Cell.type);
  const word =
    type === null
      ? null
      : /^(?:UNIX-)?(TCP|UDP|UDP-LITE|RAW|PING|ICMP|SCTP|MPTCP|STREAM|DGRAM|SEQPACKET)(?:v6)?$/.exec(type);
  return word ? word[1] : null;
}
