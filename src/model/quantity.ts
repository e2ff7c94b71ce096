const UNITS = 'KMGTPEZY';

/** A whole number: as a number up to 2^53, beyond as its decimal digits, since a number would lose some. */
export type Quantity = number | string;

/**
 * A size in bytes: decimal, or lsof -H's `4.0K` (powers of 1024, one decimal place: rounded to whole bytes).
 * Null for anything else.
 */
export function parseSize(text: string): Quantity | null {
  if (/^-?\d+$/.test(text)) return whole(text);
  const human = /^(\d+(?:[.,]\d+)?) ?([BKMGTPEZY])(?:i?B)?$/i.exec(text);
  if (!human) return null;
  const factor = 1024 ** (UNITS.indexOf(human[2].toUpperCase()) + 1);
  const bytes = Math.round(Number(human[1].replace(',', '.')) * factor);
  return Number.isSafeInteger(bytes) ? bytes : BigInt(bytes).toString();
}

/** A file offset in bytes: lsof's `0t123` and `0x1f`, or plain decimal. Null for anything else. */
export function parseOffset(text: string): Quantity | null {
  const decimal = /^(?:0t)?(\d+)$/.exec(text);
  if (decimal) return whole(decimal[1]);
  return /^0x[\da-f]+$/i.test(text) ? whole(BigInt(text).toString()) : null;
}

/** Whether a cell of lsof's SIZE/OFF column holds an offset: those begin with `0t` or `0x`. */
export function isOffset(text: string): boolean {
  return /^0[tx]/.test(text);
}

/** A plain whole number that fits, or null. */
export function parseWhole(text: string): number | null {
  const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : null;
}

function whole(digits: string): Quantity {
  const value = Number(digits);
  return Number.isSafeInteger(value) ? value : BigInt(digits).toString();
}
