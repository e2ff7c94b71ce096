import { sequenceLength } from '../../columns/utf8.ts';
import { hexEscape } from '../lsof-escape.ts';

/** Undoes the `\xNN` of libsmartcols in a byte string (one character a byte). */
export function fromLsfdText(cell: string): string {
  if (!cell.includes('\\x')) return cell;
  return cell.replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/**
 * A byte string as lsfd's aligned text prints it in a UTF-8 locale (mbs_safe_encode in util-linux's lib/mbsalign.c):
 * control bytes, bytes that are not UTF-8 and a backslash before `x` become `\xNN`. All of lsfd's forms are brought to
 * this one, so that the same file has the same name in each.
 */
export function toLsfdText(raw: string): string {
  if (/^[ -[\]-~]*$/.test(raw)) return raw;
  const bytes = Buffer.from(raw, 'latin1');
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at] as number;
    const length = byte < 32 || byte === 127 ? 0 : sequenceLength(bytes, at, bytes.length);
    if (length === 0 || (byte === 92 && bytes[at + 1] === 120)) {
      text += hexEscape(byte);
      at++;
    } else {
      text += raw.slice(at, at + length);
      at += length;
    }
  }
  return text;
}
