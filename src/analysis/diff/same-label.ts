import { encodeText } from '../../columns/utf8.ts';
import { unescapeInto } from '../../model/escape.ts';

/** Listers cut COMMAND: lsof at 9 columns, the kernel at 15 bytes. */
const SHORTEST_CUT = 9;
/** Columns that lsof's text takes for a byte that it escapes: `\x20`. */
const ESCAPED = 4;

/** Whether two COMMANDs can be of one program: as printed by different listers, one may be escaped, and one may be cut. */
export function sameLabel(one: string | null, other: string | null): boolean {
  if (one === null || other === null || one === other) return true;
  const [plain, otherPlain] = [plainBytes(one), plainBytes(other)];
  if (plain.length > otherPlain.length) return isCut(other, otherPlain, plain);
  return isCut(one, plain, otherPlain);
}

/** Whether `printed`, of which `plain` is what it stands for, is the whole of `long` or as much of it as fits a column. */
function isCut(printed: string, plain: Uint8Array, long: Uint8Array): boolean {
  if (!plain.every((byte, at) => byte === long[at])) return false;
  const next = long[plain.length];
  if (next === undefined) return true;
  return encodeText(printed).length + (isPlain(next) ? 1 : ESCAPED) > SHORTEST_CUT;
}

/** Whether lsof prints a byte of COMMAND as it is: isprint(3) of the C locale, and no blank. */
function isPlain(byte: number): boolean {
  return byte > 0x20 && byte < 0x7f && byte !== 0x5c;
}

function plainBytes(label: string): Uint8Array {
  const bytes = encodeText(label);
  const plain = new Uint8Array(bytes.length);
  return plain.subarray(0, unescapeInto(bytes, 0, bytes.length, plain));
}
