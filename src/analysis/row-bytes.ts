import type { RowBatch } from '../model/row-batch.ts';

/** Whether a cell begins with these bytes. */
export function cellStartsWith(batch: RowBatch, row: number, column: number, prefix: Uint8Array): boolean {
  const cells = batch.text[column];
  const start = cells ? (cells.start[row] as number) : -1;
  if (!cells || start < 0 || (cells.end[row] as number) - start < prefix.length) return false;
  for (let i = 0; i < prefix.length; i++) if (batch.bytes[start + i] !== prefix[i]) return false;
  return true;
}

/** Whether a cell is there and holds these bytes and no others. */
export function cellIs(batch: RowBatch, row: number, column: number, bytes: Uint8Array): boolean {
  const cells = batch.text[column];
  const start = cells ? (cells.start[row] as number) : -1;
  return start >= 0 && cells?.end[row] === start + bytes.length && cellStartsWith(batch, row, column, bytes);
}

/** Whether a cell has any byte. */
export function hasCell(batch: RowBatch, row: number, column: number): boolean {
  const cells = batch.text[column];
  const start = cells ? (cells.start[row] as number) : -1;
  // The end of an absent cell is whatever an earlier batch left there.
  return cells !== null && cells !== undefined && start >= 0 && (cells.end[row] as number) > start;
}

/**
 * A 53-bit hash of bytes: two FNV-1a variants side by side, for identities of which a few thousand are kept
 * (chance of one false match among 65,536: 2e-7).
 */
export function hashBytes(bytes: Uint8Array, start: number, end: number, seed = 0): number {
  let low = 0x811c9dc5 ^ seed;
  let high = 0x9747b28c ^ seed;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    low = Math.imul(low ^ byte, 0x01000193);
    high = Math.imul(high ^ byte, 0x5bd1e995);
    high ^= high >>> 15;
  }
  return (high >>> 11) * 4294967296 + (low >>> 0);
}

/** Hash of several cells; absent and empty are the same. */
export function hashCells(batch: RowBatch, row: number, columns: readonly number[]): number {
  let hash = 0;
  for (const column of columns) {
    const cells = batch.text[column];
    const start = cells ? (cells.start[row] as number) : -1;
    const seed = (hash ^ Math.floor(hash / 4294967296)) | 0;
    hash =
      cells && start >= 0
        ? hashBytes(batch.bytes, start, cells.end[row] as number, seed)
        : hashBytes(batch.bytes, 0, 0, seed);
  }
  return hash;
}
