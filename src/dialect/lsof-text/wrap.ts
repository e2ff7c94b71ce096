import type { Listing, Recovery } from './recovery.ts';
import type { RowCut } from './row-cut.ts';

interface Piece {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

export function joinName(
  _held: Piece,
  _cut: RowCut,
  _next: Piece,
  _longest: number,
  _lines: number,
): { bytes: Uint8Array } | null {
  return null;
}

export function joinRow(
  _pieces: readonly Piece[],
  _next: Piece,
  _listing: Listing,
  _recovery: Recovery,
  _cut: RowCut,
): Uint8Array | null {
  return null;
}
