const HEX = '0123456789abcdef';
const NAMED: Readonly<Record<number, string>> = {
  8: '\\b',
  9: '\\t',
  10: '\\n',
  12: '\\f',
  13: '\\r',
  92: '\\\\',
  127: '\\x7f',
};

function escapeOf(byte: number): string | null {
  if (byte >= 32 && byte !== 92 && byte !== 127) return null;
  return NAMED[byte] ?? `^${String.fromCharCode(byte + 64)}`;
}

/** By byte: what lsof prints for it (safestrprt in lsof's lib/misc.c, under a UTF-8 locale), or null where it prints the byte. */
const ESCAPES: readonly (Uint8Array | null)[] = Array.from({ length: 256 }, (_, byte) => {
  const text = escapeOf(byte);
  return text === null ? null : Uint8Array.from(text, (character) => character.charCodeAt(0));
});

/** Whether lsof's text would print the bytes otherwise than they are. */
export function needsLsofEscape(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (ESCAPES[bytes[at] as number]) return true;
  return false;
}

/** The bytes as lsof's text prints them. */
export function lsofEscaped(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const parts: number[] = [];
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    const escaped = ESCAPES[byte];
    if (escaped) parts.push(...escaped);
    else parts.push(byte);
  }
  return Uint8Array.from(parts);
}

/** One byte as lsfd's text prints what is not printable: `\xNN`. */
export function hexEscape(byte: number): string {
  return `\\x${HEX[byte >> 4]}${HEX[byte & 15]}`;
}
