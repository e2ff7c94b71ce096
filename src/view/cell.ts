import { percentText } from '../model/percent.ts';
import type { CellKind } from '../model/report.ts';

/** A table is for reading: more rows than this belong in JSON or CSV. */
export const MAX_PRINTED_ROWS = 1000;

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;
const BAR_WIDTH = 20;

/** Bytes as people read them: `812 B`, `1.4 GiB`. */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 1024 && unit < BYTE_UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${BYTE_UNITS[unit]}`;
}

/** Utilisation as twenty characters: full at 1 and above; anything above nothing shows one `#`, anything below 1 one `-`. */
export function barText(utilisation: number, width = BAR_WIDTH): string {
  const share = Math.min(1, Math.max(0, utilisation));
  let filled = Math.round(share * width);
  if (share > 0 && filled === 0) filled = 1;
  if (share < 1 && filled === width) filled = width - 1;
  return '#'.repeat(filled) + '-'.repeat(width - filled);
}

/** A typed cell as text, not yet escaped; an unknown value is blank. */
export function cellAsText(value: string | number | null, kind: CellKind): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (!Number.isFinite(value)) return value > 0 ? 'unlimited' : '';
  if (kind === 'bytes') return bytesText(value);
  if (kind === 'percent') return percentText(value);
  if (kind === 'bar') return barText(value);
  return String(value);
}

export function isRightAligned(column: { readonly kind: CellKind; readonly align?: 'left' | 'right' }): boolean {
  if (column.align) return column.align === 'right';
  return column.kind === 'number' || column.kind === 'bytes' || column.kind === 'percent';
}
