const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const HEX = '0123456789abcdef';

/** Length of the well-formed UTF-8 sequence at `at`, or 0 (RFC 3629: no overlong forms, no surrogates). */
export function sequenceLength(bytes: Uint8Array, at: number, end: number): number {
  const lead = bytes[at] as number;
  if (lead < 0x80) return 1;
  const need = lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
  if (need === 0 || at + need > end) return 0;
  for (let i = 1; i < need; i++) if (((bytes[at + i] as number) & 0xc0) !== 0x80) return 0;
  const second = bytes[at + 1] as number;
  if (lead === 0xe0 && second < 0xa0) return 0;
  if (lead === 0xed && second > 0x9f) return 0;
  if (lead === 0xf0 && second < 0x90) return 0;
  if (lead === 0xf4 && second > 0x8f) return 0;
  return need;
}

/**
 * Bytes as text. Bytes that are not UTF-8 become `\xNN`, so two names that differ only there stay two names
 * (a replacement character would make them one).
 */
export function decodeText(bytes: Uint8Array, start: number, end: number): string {
  const length = end - start;
  if (length <= 0) return '';
  if (length < 48) {
    let text = '';
    let at = start;
    for (; at < end; at++) {
      const byte = bytes[at] as number;
      if (byte >= 0x80) break;
      text += String.fromCharCode(byte);
    }
    if (at === end) return text;
  }
  try {
    return strict.decode(bytes.subarray(start, end));
  } catch {
    return decodeDamaged(bytes, start, end);
  }
}

function decodeDamaged(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  let good = start;
  for (let at = start; at < end; ) {
    const length = sequenceLength(bytes, at, end);
    if (length > 0) {
      at += length;
      continue;
    }
    const byte = bytes[at] as number;
    text += `${strict.decode(bytes.subarray(good, at))}\\x${HEX[byte >> 4]}${HEX[byte & 15]}`;
    good = ++at;
  }
  return text + strict.decode(bytes.subarray(good, end));
}

const encoder = new TextEncoder();

/** Text as UTF-8 bytes. */
export function encodeText(text: string): Uint8Array {
  return encoder.encode(text);
}
