import { bytesText } from '../model/bytes-text.ts';
import { percentText } from '../model/percent.ts';
import type { CellKind } from '../model/report.ts';

/** A table is for reading: more rows than this belong in JSON or CSV. */
export const MAX_PRINTED_ROWS = 1000;

const BAR_WIDTH = 20;

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
