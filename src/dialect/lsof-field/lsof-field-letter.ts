import { Cell } from '../../model/row-batch.ts';

/**
 * The field letters of `lsof -F` (OUTPUT FOR OTHER PROGRAMS in lsof(8)). lsof emits them in a fixed order: a process set
 * `p K M z Z g R c u L`, then for each file `f a l t F C G N d D r s o i k P S n T`.
 */
const PROCESS_LETTERS = 'pKMzZgRcuL';
const FILE_LETTERS = 'faltFCGNdDrsoikPSnT';

const CELLS: Readonly<Record<string, number>> = {
  K: Cell.tid,
  M: Cell.task,
  g: Cell.pgid,
  R: Cell.ppid,
  c: Cell.command,
  u: Cell.uid,
  L: Cell.user,
  t: Cell.type,
  G: Cell.flags,
  d: Cell.device,
  D: Cell.device,
  s: Cell.size,
  o: Cell.offset,
  i: Cell.node,
  k: Cell.links,
  P: Cell.protocol,
  S: Cell.name,
  n: Cell.name,
};

/** By letter code: 1-based place in the process set, 0 for letters that are none of it. */
export const PROCESS_RANK = ranks(PROCESS_LETTERS);
/** By letter code: 1-based place in the file set, 0 for letters that are none of it. */
export const FILE_RANK = ranks(FILE_LETTERS);
/** By letter code: ordinal of the row's cell that takes the value as it is, or -1. */
export const LETTER_CELL = Int8Array.from({ length: 256 }, (_, code) => CELLS[String.fromCharCode(code)] ?? -1);

function ranks(letters: string): Uint8Array {
  const table = new Uint8Array(256);
  for (let i = 0; i < letters.length; i++) table[letters.charCodeAt(i)] = i + 1;
  return table;
}

const DIGITS = 1;
const SIGNED = 2;
const HEX = 3;
const OFFSET = 4;
const SIGN = 5;
const LABEL = 6;
const WORD = 7;
const TCP = 8;
const ANY = 9;

const FORMS: Readonly<Record<string, number>> = {
  p: DIGITS,
  K: DIGITS,
  s: DIGITS,
  i: DIGITS,
  g: SIGNED,
  R: SIGNED,
  u: SIGNED,
  k: SIGNED,
  C: SIGNED,
  D: HEX,
  r: HEX,
  F: HEX,
  N: HEX,
  o: OFFSET,
  a: SIGN,
  l: SIGN,
  f: LABEL,
  t: WORD,
  P: WORD,
  T: TCP,
};

const FORM = Uint8Array.from({ length: 256 }, (_, code) => {
  const letter = String.fromCharCode(code);
  return FORMS[letter] ?? (PROCESS_RANK[code] || FILE_RANK[code] ? ANY : 0);
});

/**
 * Whether bytes `[start, end)` can be the value of a field. A warning or a prompt between the fields also begins with some
 * letter; the values' narrow forms tell them apart.
 */
export function isFieldValue(letter: number, bytes: Uint8Array, start: number, end: number): boolean {
  switch (FORM[letter]) {
    case ANY:
      return true;
    case DIGITS:
      return digitsFrom(bytes, start, end);
    case SIGNED:
      return digitsFrom(bytes, bytes[start] === 45 && end > start ? start + 1 : start, end);
    case HEX:
      return isHex(bytes, start, end);
    case OFFSET:
      if (bytes[start] !== 48) return digitsFrom(bytes, start, end);
      return (bytes[start + 1] === 116 && digitsFrom(bytes, start + 2, end)) || isHex(bytes, start, end);
    case SIGN:
      return end - start <= 1;
    case LABEL:
      return isLabel(bytes, start, end);
    case WORD:
      return isWord(bytes, start, end);
    case TCP:
      return end - start >= 3 && bytes[start + 2] === 61 && isUpper(bytes[start]) && isUpper(bytes[start + 1]);
    default:
      return false;
  }
}

function digitsFrom(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte < 48 || byte > 57) return false;
  }
  return end > start;
}

function isHex(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 3 || bytes[start] !== 48 || bytes[start + 1] !== 120) return false;
  for (let at = start + 2; at < end; at++) {
    const byte = bytes[at] as number;
    if (!((byte >= 48 && byte <= 57) || (byte >= 97 && byte <= 102) || (byte >= 65 && byte <= 70))) return false;
  }
  return true;
}

/** A descriptor number, `*345`, or a name such as `cwd`, `NOFD`, `M1f`, `fp.`; old builds pad them on the left. */
function isLabel(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end && bytes[at] === 32) at++;
  if (at === end || end - at > 10) return false;
  if (bytes[at] === 42) return digitsFrom(bytes, at + 1, end);
  if (digitsFrom(bytes, at, end)) return true;
  for (; at < end; at++) {
    const byte = bytes[at] as number;
    const letter = (byte | 32) >= 97 && (byte | 32) <= 122;
    if (!letter && !(byte >= 48 && byte <= 57) && byte !== 46 && byte !== 45) return false;
  }
  return true;
}

function isWord(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if ((bytes[at] as number) <= 32) return false;
  return end - start > 0 && end - start <= 32;
}

function isUpper(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 65 && byte <= 90;
}
