import { decodeText } from '../../../columns/utf8.ts';

const NAMED: Readonly<Record<number, string>> = { 8: '\\b', 9: '\\t', 10: '\\n', 12: '\\f', 13: '\\r', 92: '\\\\' };

const ODD = /[\x00-\x1f\\\x7f\ufffd]/;

/** Whether this text must be escaped, or stands for bytes that are not UTF-8. */
export function needsEscape(text: string): boolean {
  return ODD.test(text);
}

/**
 * Text with its control characters and backslashes printed as lsof prints them: `\n`, `^A`, `\x7f`, `\\`.
 * Bytes that are not UTF-8 come in as `\xNN` from `decodeText` and must not be escaped again, so this takes bytes.
 */
export function escapeBytes(bytes: Uint8Array): string {
  let text = '';
  let good = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte >= 32 && byte !== 92 && byte !== 127) continue;
    text += decodeText(bytes, good, at);
    text += NAMED[byte] ?? (byte === 127 ? '\\x7f' : `^${String.fromCharCode(byte + 64)}`);
    good = at + 1;
  }
  return text + decodeText(bytes, good, bytes.length);
}
