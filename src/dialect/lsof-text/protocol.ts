import { Cell } from '../../model/row-batch.ts';
import { isDigit } from './grammar.ts';
import type { RowCut } from './row-cut.ts';

/** Protocols that toybox prints in front of the address in NAME, where lsof has them in NODE. */
const IN_NAME = ['TCP ', 'UDP '];

/** Moves toybox's protocol out of the NAME of an IPv4 or IPv6 row; NODE holds the inode there. */
export function splitProtocol(bytes: Uint8Array, cut: RowCut): void {
  const type = cut.start[Cell.type];
  const node = cut.start[Cell.node];
  const name = cut.start[Cell.name];
  if (type < 0 || node < 0 || bytes[type] !== 73 || !isDigit(bytes[node]) || cut.end[Cell.name] - name < 5) return;
  for (const protocol of IN_NAME) {
    if (!matches(bytes, name, protocol)) continue;
    cut.set(Cell.protocol, name, name + protocol.length - 1);
    cut.start[Cell.name] = name + protocol.length;
    return;
  }
}

function matches(bytes: Uint8Array, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}
