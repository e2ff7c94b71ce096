import { cellText, classOf } from '../../model/classify.ts';
import { classCode } from '../../model/descriptor-class.ts';
import { nameFacts } from '../../model/name.ts';
import { Cell, type RowBatch } from '../../model/row-batch.ts';
import type { FileKind } from './end.ts';

const PIPE = classCode('pipe');
const UNIX = classCode('unix');
const INET = classCode('inet');

/** Classes of what has two ends. */
export const ENDED_CLASSES: readonly number[] = [PIPE, UNIX, INET];

export interface EndIdentity {
  readonly key: string;
  readonly kind: FileKind;
  readonly node: string | null;
}

function cell(batch: RowBatch, row: number, column: number): string | null {
  return cellText(batch, row, column)?.trim() || null;
}

/** Which pipe or socket a row is of; null where nothing in it tells one from another. */
export function identityOf(batch: RowBatch, row: number): EndIdentity | null {
  const code = classOf(batch, row);
  const name = cell(batch, row, Cell.name) ?? cell(batch, row, Cell.target);
  const node = cell(batch, row, Cell.node);
  const device = cell(batch, row, Cell.device);
  if (code === PIPE) return pipeIdentity(name, node, device);
  if (code !== UNIX && code !== INET) return null;
  const kind = code === UNIX ? 'unix' : 'inet';
  // lsof prints the inode of an internet socket as DEVICE, and TCP as NODE; elsewhere it is an address.
  const id = [node, device].find((text) => text !== null && /^(?:\d+|0x[0-9a-f]+)$/i.test(text)) ?? null;
  if (id !== null) return { key: `${kind} ${id}`, kind, node: id };
  const socket = /^socket:\[(\d+)\]$/.exec(name ?? '')?.[1];
  if (socket !== undefined) return { key: `${kind} ${socket}`, kind, node: socket };
  const { local, remote } = nameFacts(batch, row, code);
  return local === null || remote === null ? null : { key: `${kind} ${local} ${remote}`, kind, node: null };
}

function pipeIdentity(name: string | null, node: string | null, device: string | null): EndIdentity | null {
  const peer = /^->(0x[0-9a-f]+)/.exec(name ?? '')?.[1];
  if (peer !== undefined) {
    // The two ends of a macOS pipe know each other by address.
    return device === null ? null : { key: `pipe ${[device, peer].sort().join(' ')}`, kind: 'pipe', node: null };
  }
  if (name?.startsWith('/')) {
    const key = node === null ? name : `${device} ${node}`;
    return { key: `fifo ${key}`, kind: 'fifo', node };
  }
  const inode = node ?? /^pipe:\[(\d+)\]/.exec(name ?? '')?.[1] ?? null;
  return inode === null ? null : { key: `pipe ${inode}`, kind: 'pipe', node: inode };
}
