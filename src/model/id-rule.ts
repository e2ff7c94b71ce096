import { isJoined, isProgram, type PathComponent, Root, STAR } from './path-component.ts';
import { isHex, KIND, Kind, type Word } from './word-shape.ts';

const ZERO = 0x30;
const DASH = 0x2d;
const DOT = 0x2e;

/** Longest number that can be part of a dotted version. */
const VERSION_DIGITS = 3;

/** Words whose digits belong to them, wherever they stand: `python3`, `x86`, `utf8`, `mp4`, `TCPv6`. */
const NUMBERED_WORDS = new Set(
  (
    'aarch amd arm avx base bz clang cp cpp cpython crc db e ext gcc gtk h http i ip ipv j java jdk jre lib log lua lz lzma ' +
    'md mp node perl php py python qt rfc ruby s sha sqlite ssl sse tcl tcpv tls udpv utf v vc vp web win x xxh zstd ' +
    'rawv icmpv pingv libc libm'
  ).split(' '),
);

/** Numbers of these many digits are ids where all others are versions or device numbers. */
const SOFTWARE_ID = 6;
const DEVICE_ID = 5;
const PROGRAM_ID = 9;

/** Whether digits mean something by where the path lies, so that only long ones are ids. */
export function isFixed(component: PathComponent): boolean {
  return component.root === Root.software || component.root === Root.devices || isProgram(component);
}

/** Fewest digits of an id in a fixed place, or 0 where the place is not fixed. */
function fixedId(component: PathComponent): number {
  if (component.root === Root.software) return SOFTWARE_ID;
  if (component.root === Root.devices) return DEVICE_ID;
  return isProgram(component) ? PROGRAM_ID : 0;
}

/** Whether a number between separators is an id. */
export function isIdNumber(component: PathComponent, start: number, end: number): boolean {
  const digits = end - start;
  const whole = start === component.start && end === component.end;
  if (component.root === Root.processes && whole) return true;
  const least = fixedId(component);
  if (least > 0) return digits >= least;
  if (isVersion(component, start, end)) return false;
  if (component.last || digits >= 3) return true;
  // The 01 of 2024/01 and of 2024-01.
  return whole ? component.afterId : isJoined(component);
}

/** Whether the number is part of a dotted version (or address): `1.2`, `3.11`, `10.0.0.1`; not of `1700000000.12`. */
function isVersion({ bytes, start: from, end: to, out, length }: PathComponent, start: number, end: number): boolean {
  const digits = end - start;
  if (digits > VERSION_DIGITS || (digits > 1 && bytes[start] === ZERO)) return false;
  if (start > from + 1 && bytes[start - 1] === DOT && KIND[bytes[start - 2] as number] === Kind.digit) {
    return out[length - 2] !== STAR;
  }
  if (end + 1 >= to || bytes[end] !== DOT) return false;
  let next = end + 1;
  while (next < to && KIND[bytes[next] as number] === Kind.digit) next++;
  return next > end + 1 && next - end - 1 <= VERSION_DIGITS;
}

/** Whether digits `[start, end)` that touch letters of the word are an id: `img00042`, not `sda1`, `python3`, `logo2x`. */
export function isIdPart(component: PathComponent, word: Word, start: number, end: number): boolean {
  const digits = end - start;
  const least = fixedId(component);
  if (least > 0) return digits >= least;
  if (start > word.start && isNumberedWord(component.bytes, word.start, start)) return digits >= 5;
  if (digits >= 3) return true;
  if (isVersion(component, start, end)) return false;
  if (start > word.start) return component.last && end === word.end;
  // The 02 of `2024-01-02T03`.
  return isJoined(component);
}

/** Whether a word with digits is a hexadecimal id; where digits are versions only a long one is. */
export function isHexId(component: PathComponent, word: Word): boolean {
  const { bytes } = component;
  const size = word.end - word.start;
  if (isHex(bytes, word.start, word.end)) {
    if (size >= 12) return true;
    return size >= 6 && (size >= 8 || word.turns >= 2) && !isFixed(component);
  }
  if (bytes[word.start] !== ZERO || ((bytes[word.start + 1] as number) | 0x20) !== 0x78 || size < 3) return false;
  return isHex(bytes, word.start + 2, word.end) && !isFixed(component);
}

/** `mp4`, `sqlite3`, `7z` at the end of a name that has more in front. */
export function isExtension({ bytes, last, start, end }: PathComponent, word: Word): boolean {
  if (!last || word.end !== end || word.start < start + 2 || bytes[word.start - 1] !== DOT) return false;
  const oneCase = word.lowers === 0 || word.uppers === 0;
  return word.wides === 0 && word.digits === 1 && word.turns === 1 && word.end - word.start <= 7 && oneCase;
}

/** Short words made of words that own their digits: `utf8mb4`, `log4j2`. */
export function ownsDigits(bytes: Uint8Array, word: Word): boolean {
  const { start, end } = word;
  let at = start;
  while (KIND[bytes[at] as number] !== Kind.digit) at++;
  return end - start <= 8 && at - start >= 2 && isNumberedWord(bytes, start, at);
}

function isNumberedWord(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start > 8 || end === start) return false;
  let text = '';
  for (let at = start; at < end; at++) text += String.fromCharCode((bytes[at] as number) | 0x20);
  return NUMBERED_WORDS.has(text);
}

/** Eight, four, four, four and twelve hexadecimal digits (RFC 9562). */
export function isUuid({ bytes, end }: PathComponent, start: number): boolean {
  if (end - start < 36) return false;
  for (let i = 0; i < 36; i++) {
    const byte = bytes[start + i] as number;
    if (i === 8 || i === 13 || i === 18 || i === 23) {
      if (byte !== DASH) return false;
    } else if (!isHex(bytes, start + i, start + i + 1) || KIND[byte] === Kind.separator) return false;
  }
  return start + 36 === end || KIND[bytes[start + 36] as number] === Kind.separator;
}
