import { endianness } from 'node:os';

/** The kernel prints an address as words of the machine's own byte order. */
const LITTLE = endianness() === 'LE';

function word(hex: string, at: number): number[] {
  const bytes = [0, 2, 4, 6].map((offset) => Number.parseInt(hex.slice(at + offset, at + offset + 2), 16));
  return LITTLE ? bytes.reverse() : bytes;
}

function dotted(bytes: readonly number[]): string {
  return bytes.join('.');
}

/** IPv6 address as inet_ntop(3) writes it: the longest run of two or more zero groups as `::`. */
function colons(bytes: readonly number[]): string {
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] as number) << 8) | (bytes[2 * i + 1] as number));
  let bestStart = -1;
  let bestLength = 1;
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === 0) length++;
    if (length > bestLength) {
      bestStart = start;
      bestLength = length;
    }
  }
  const text = (from: number, to: number) =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(':');
  if (bestStart < 0) return text(0, 8);
  return `${text(0, bestStart)}::${text(bestStart + bestLength, 8)}`;
}

/**
 * An address of `/proc/net/tcp` and its kin (`0100007F:1F90`, or 32 hex digits for IPv6) as lsof -nP prints it:
 * `127.0.0.1:8080`, `[::1]:8080`, `*:8080`, port 0 as `*`. An IPv4-mapped IPv6 address prints as IPv4.
 * Null for the unset one, all zeros with port 0.
 */
export function addressText(hex: string): string | null {
  const colon = hex.indexOf(':');
  const digits = hex.slice(0, colon);
  const words = digits.length === 8 ? [0] : [0, 8, 16, 24];
  return addressOf(
    words.flatMap((at) => word(digits, at)),
    Number.parseInt(hex.slice(colon + 1), 16),
  );
}

/** The same for the 4 or 16 bytes of an address in the order of the network. */
export function addressOf(bytes: readonly number[], port: number): string | null {
  const any = bytes.every((byte) => byte === 0);
  if (any && port === 0) return null;
  return `${any ? '*' : hostText(bytes)}:${port === 0 ? '*' : port}`;
}

function hostText(bytes: readonly number[]): string {
  if (bytes.length === 4) return dotted(bytes);
  const mapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
  return mapped ? dotted(bytes.slice(12)) : `[${colons(bytes)}]`;
}
