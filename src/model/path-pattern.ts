import { encodeText } from '../columns/utf8.ts';
import { isHex, KIND, Kind, looksRandom, measureWord, type Word } from './word-shape.ts';

/** Where patterns are written; a pattern is never longer than its name. */
export interface PatternBuffer {
  readonly bytes: Uint8Array;
  length: number;
}

const STAR = 0x2a;
const DOT = 0x2e;
const DASH = 0x2d;
const SLASH = 0x2f;
const ZERO = 0x30;

/** How much of a path is fixed by what is installed, and how much is data. */
const Root = { plain: 0, software: 1, devices: 2, processes: 3 } as const;

/** Folders whose files come with the system: their digits are versions and device numbers, not ids. */
const SOFTWARE = [
  'usr',
  'lib',
  'lib32',
  'lib64',
  'libx32',
  'bin',
  'sbin',
  'etc',
  'boot',
  'sys',
  'snap',
  'nix',
  'System',
  'Library',
].map(encodeText);
const PROC = encodeText('proc');
const DEV = encodeText('dev');
/** Folders below /dev that hold files rather than devices. */
const DEV_FILES = ['shm', 'mqueue', 'hugepages'].map(encodeText);

/** Words whose digits belong to them, wherever they stand: `python3`, `x86`, `utf8`, `mp4`, `TCPv6`. */
const NUMBERED_WORDS = new Set(
  (
    'aarch amd arm avx base bz clang cp cpp cpython crc db e ext gcc gtk h http i ip ipv j java jdk jre lib log lua lz lzma ' +
    'md mp node perl php py python qt rfc ruby s sha sqlite ssl sse tcl tcpv tls udpv utf v vc vp web win x xxh zstd ' +
    'rawv icmpv pingv libc libm'
  ).split(' '),
);

/** Beginnings that programs put before a random part without a separator, as in mkstemp(3) templates. */
const TEMPLATES = ['tmp', 'temp', 'php', 'ffi', 'nfs', 'sess', 'SYSV', 'upload', 'hidden'].map(encodeText);

/** Endings of installed program files: their digits are versions. */
const PROGRAM_FILES = ['so', 'jar', 'dll', 'dylib', 'pyc', 'node', 'war', 'whl', 'gem', 'ko'].map(encodeText);

/** Longest number that can be part of a dotted version. */
const VERSION_DIGITS = 3;

const word: Word = { start: 0, end: 0, digits: 0, lowers: 0, uppers: 0, wides: 0, turns: 0 };
const part: Word = { ...word };

/** What the current path is made of; one path is folded at a time. */
let bytes: Uint8Array = new Uint8Array(0);
let out: Uint8Array = new Uint8Array(0);
let length = 0;
let root: number = Root.plain;
let componentStart = 0;
let componentEnd = 0;
let componentOut = 0;
let last = false;
let program = false;
/** The component had an id of eight characters or more: folders of two hex digits above it are its shards. */
let longId = false;
/** The component before was nothing but an id. */
let afterId = false;

/** Appends the pattern of the path or other name in bytes `[start, end)`. */
export function foldPath(source: Uint8Array, start: number, end: number, into: PatternBuffer): void {
  bytes = source;
  out = into.bytes;
  length = into.length;
  const pathOut = length;
  root = source[start] === SLASH ? rootOf(start + 1, end) : Root.plain;
  afterId = false;
  let at = start;
  while (at < end) {
    if (source[at] === SLASH) {
      out[length++] = source[at++] as number;
      continue;
    }
    let stop = at;
    while (stop < end && source[stop] !== SLASH) stop++;
    foldComponent(at, stop, stop === end);
    at = stop;
  }
  if (longId && root === Root.plain) foldShards(pathOut);
  into.length = length;
}

function rootOf(start: number, end: number): number {
  let stop = start;
  while (stop < end && bytes[stop] !== SLASH) stop++;
  if (equals(start, stop, PROC)) return Root.processes;
  if (equals(start, stop, DEV)) {
    let next = stop + 1;
    while (next < end && bytes[next] !== SLASH) next++;
    return DEV_FILES.some((folder) => equals(stop + 1, next, folder)) ? Root.plain : Root.devices;
  }
  for (let i = 0; i < SOFTWARE.length; i++) if (equals(start, stop, SOFTWARE[i] as Uint8Array)) return Root.software;
  return Root.plain;
}

function equals(start: number, end: number, text: Uint8Array): boolean {
  return end - start === text.length && startsWith(start, end, text);
}

function startsWith(start: number, end: number, text: Uint8Array): boolean {
  if (end - start < text.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[start + i] !== text[i]) return false;
  return true;
}

function foldComponent(start: number, end: number, isLast: boolean): void {
  componentStart = start;
  componentEnd = end;
  componentOut = length;
  last = isLast;
  longId = false;
  program = isProgramFile(start, end);
  if (end - start >= 11 && startsWith(start, end, TEMPLATES[0] as Uint8Array) && foldPythonTemp(start, end))
    start += 11;
  for (let at = start; at < end; ) {
    const byte = bytes[at] as number;
    const kind = KIND[byte] as number;
    if (kind === Kind.separator || kind === Kind.star) {
      out[length++] = byte;
      at++;
      continue;
    }
    measureWord(bytes, at, end, word);
    at = word.end;
    if (word.digits > 0) at = foldNumbered();
    else if (root === Root.plain && word.end - word.start >= 6 && !program) foldLetters();
    else copy(word.start, word.end);
  }
  afterId = length === componentOut + 1 && out[componentOut] === STAR;
}

/** Python's tempfile: `tmp` and eight of `[a-z0-9_]`. Returns whether the component begins so, and writes `tmp*`. */
function foldPythonTemp(start: number, end: number): boolean {
  const stop = start + 11;
  if (stop < end && (KIND[bytes[stop] as number] !== Kind.separator || bytes[stop] === 0x5f)) return false;
  let digits = 0;
  for (let at = start + 3; at < stop; at++) {
    const byte = bytes[at] as number;
    const kind = KIND[byte];
    if (kind === Kind.digit) digits++;
    else if (kind !== Kind.lower && byte !== 0x5f) return false;
  }
  if (digits === 0) {
    // Letters only: `tmpdownload` is a word, `tmpqxkvzjwb` is not; `tmp_uploads` is left to the words between the bars.
    measureWord(bytes, start + 3, stop, part);
    if (part.end !== stop || !looksRandom(bytes, part)) return false;
  }
  copy(start, start + 3);
  blank();
  return true;
}

/** Whether the component is a program file: `libssl.so.3`, `foo-1.2.jar`, `_ctypes.cpython-311.so`. */
function isProgramFile(start: number, end: number): boolean {
  for (let dot = end - 3; dot > start; dot--) {
    if (bytes[dot] !== DOT) continue;
    let stop = dot + 1;
    while (stop < end && bytes[stop] !== DOT) stop++;
    if (stop < end && !isVersionTail(stop, end)) continue;
    for (let i = 0; i < PROGRAM_FILES.length; i++)
      if (equals(dot + 1, stop, PROGRAM_FILES[i] as Uint8Array)) return true;
  }
  return false;
}

/** Digits and dots up to the end: what stands behind `.so`. */
function isVersionTail(start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] !== DOT && KIND[bytes[at] as number] !== Kind.digit) return false;
  return true;
}

function foldLetters(): void {
  if (foldTemplate()) return;
  if (looksRandom(bytes, word)) blank();
  else copy(word.start, word.end);
}

/** A word with digits in it. Returns where reading goes on: a UUID reaches beyond its first word. */
function foldNumbered(): number {
  const { start, end } = word;
  const size = end - start;
  if (size === 8 && isUuid(start)) {
    blank();
    longId = true;
    return start + 36;
  }
  if (word.digits === size) {
    foldNumber(start, end, start === componentStart && end === componentEnd);
    return end;
  }
  const fixed = root === Root.software || root === Root.devices || program;
  if (isHexId(fixed)) {
    blank();
    longId ||= size >= 8;
    return end;
  }
  if (!fixed && isExtension()) copy(start, end);
  else if (!fixed && foldTemplate()) longId = true;
  else if ((!fixed || size >= 16) && looksRandom(bytes, word) && !ownsDigits()) {
    blank();
    longId ||= size >= 8;
  } else foldParts();
  return end;
}

function isHexId(fixed: boolean): boolean {
  const { start, end } = word;
  const size = end - start;
  if (isHex(bytes, word)) return size >= (fixed ? 12 : 8) || (!fixed && size >= 6 && word.turns >= 2);
  if (fixed || bytes[start] !== ZERO || ((bytes[start + 1] as number) | 0x20) !== 0x78 || size < 3) return false;
  part.start = start + 2;
  part.end = end;
  part.wides = word.wides;
  return isHex(bytes, part);
}

/** A number that stands alone between separators, or is the whole component. */
function foldNumber(start: number, end: number, whole: boolean): void {
  if (isIdNumber(start, end, whole)) {
    blank();
    longId ||= end - start >= 8;
  } else copy(start, end);
}

function isIdNumber(start: number, end: number, whole: boolean): boolean {
  const digits = end - start;
  if (root === Root.processes && whole) return true;
  if (root === Root.software) return digits >= 6;
  if (root === Root.devices) return digits >= 5;
  if (program) return digits >= 9;
  if (isVersion(start, end)) return false;
  if (last || digits >= 3) return true;
  // The 01 of 2024/01 and of 2024-01.
  return whole ? afterId : length >= componentOut + 2 && out[length - 2] === STAR;
}

/** Whether the number is part of a dotted version (or address): `1.2`, `3.11`, `10.0.0.1`; not of `1700000000.12`. */
function isVersion(start: number, end: number): boolean {
  const digits = end - start;
  if (digits > VERSION_DIGITS || (digits > 1 && bytes[start] === ZERO)) return false;
  if (start > componentStart + 1 && bytes[start - 1] === DOT && KIND[bytes[start - 2] as number] === Kind.digit) {
    return out[length - 2] !== STAR;
  }
  if (bytes[end] !== DOT || end + 1 >= componentEnd) return false;
  let next = end + 1;
  while (next < componentEnd && KIND[bytes[next] as number] === Kind.digit) next++;
  return next > end + 1 && next - end - 1 <= VERSION_DIGITS;
}

/** `mp4`, `sqlite3`, `7z` at the end of a name that has more in front. */
function isExtension(): boolean {
  const { start, end, digits, lowers, uppers, wides } = word;
  if (!last || end !== componentEnd || start < componentStart + 2 || bytes[start - 1] !== DOT) return false;
  return wides === 0 && digits === 1 && end - start <= 7 && (lowers === 0 || uppers === 0) && word.turns === 1;
}

/** A template's fixed beginning and a random rest: `tmpab12cd`, `phpXy3Z9q`, `nfs000000000d4c9f8a00000001`. */
function foldTemplate(): boolean {
  const { start, end } = word;
  for (let i = 0; i < TEMPLATES.length; i++) {
    const template = TEMPLATES[i] as Uint8Array;
    if (end - start < template.length + 4 || !startsWith(start, end, template)) continue;
    measureWord(bytes, start + template.length, end, part);
    if (part.digits === 0 && !looksRandom(bytes, part)) return false;
    copy(start, start + template.length);
    blank();
    return true;
  }
  return false;
}

/** Short words made of words that own their digits: `utf8mb4`, `log4j2`. */
function ownsDigits(): boolean {
  const { start, end } = word;
  let at = start;
  while (KIND[bytes[at] as number] !== Kind.digit) at++;
  return end - start <= 8 && at - start >= 2 && isNumberedWord(start, at);
}

/** A word that is neither id nor random: its runs of digits one by one. */
function foldParts(): void {
  const { start, end } = word;
  const wordOut = length;
  for (let at = start; at < end; ) {
    let stop = at;
    const digits = KIND[bytes[at] as number] === Kind.digit;
    while (stop < end && (KIND[bytes[stop] as number] === Kind.digit) === digits) stop++;
    if (digits) {
      if (isIdPart(start, at, stop, end)) blank();
      else copy(at, stop);
    } else if (stop - at > 1 || length === wordOut || out[length - 1] !== STAR || stop === end) copy(at, stop);
    at = stop;
  }
}

/** Whether digits that touch letters are an id: `img00042`, `core12345`, not `sda1`, `python3`, `logo2x`. */
function isIdPart(wordStart: number, start: number, end: number, wordEnd: number): boolean {
  const digits = end - start;
  if (root === Root.software) return digits >= 6;
  if (root === Root.devices) return digits >= 5;
  if (program) return digits >= 9;
  if (start > wordStart && isNumberedWord(wordStart, start)) return digits >= 5;
  if (digits >= 3) return true;
  if (isVersion(start, end)) return false;
  if (start > wordStart) return last && end === wordEnd;
  // The 02 of `2024-01-02T03`.
  return length >= componentOut + 2 && out[length - 2] === STAR && isJoint(out[length - 1] as number);
}

function isNumberedWord(start: number, end: number): boolean {
  if (end - start > 8 || end === start) return false;
  let text = '';
  for (let at = start; at < end; at++) text += String.fromCharCode((bytes[at] as number) | 0x20);
  return NUMBERED_WORDS.has(text);
}

/** Eight, four, four, four and twelve hexadecimal digits (RFC 9562). */
function isUuid(start: number): boolean {
  if (componentEnd - start < 36) return false;
  for (let i = 0; i < 36; i++) {
    const byte = bytes[start + i] as number;
    if (i === 8 || i === 13 || i === 18 || i === 23) {
      if (byte !== DASH) return false;
    } else if (byte < ZERO || (byte > 0x39 && ((byte | 0x20) < 0x61 || (byte | 0x20) > 0x66))) return false;
  }
  const after = start + 36;
  return after === componentEnd || KIND[bytes[after] as number] === Kind.separator;
}

function copy(start: number, end: number): void {
  for (let at = start; at < end; at++) out[length++] = bytes[at] as number;
}

/** Writes `*`; one that follows another over a mere separator joins it, so that `2024-01-02T03:04` is one blank. */
function blank(): void {
  const before = length - 1;
  if (before >= componentOut && out[before] === STAR) return;
  if (before > componentOut && out[before - 1] === STAR && isJoint(out[before] as number)) {
    length--;
    return;
  }
  out[length++] = STAR;
}

/** `- _ . : , +` and `T` of a time. */
function isJoint(byte: number): boolean {
  return byte === DASH || byte === 0x5f || byte === DOT || byte === 0x3a || byte === 0x2c || byte === 0x2b;
}

/** Names of two letters that are also hexadecimal digits. */
const NO_SHARDS = ['db', 'fe', 'be', 'ca', 'ad'].map(encodeText);

/** Blanks the folders of one to three hexadecimal digits right above an id: `objects/3f/ab12...`, `cache/9/4c/...`. */
function foldShards(pathOut: number): void {
  const tail = componentOut;
  let first = tail;
  let shards = 0;
  for (;;) {
    const end = first - 1;
    let start = end;
    while (start > pathOut && out[start - 1] !== SLASH) start--;
    if (start >= end || !(isShard(start, end) || (end - start === 1 && out[start] === STAR))) break;
    first = start;
    shards++;
  }
  if (shards === 0) return;
  let to = first;
  for (let i = 0; i < shards; i++) {
    out[to++] = STAR;
    out[to++] = SLASH;
  }
  out.copyWithin(to, tail, length);
  length -= tail - to;
}

function isShard(start: number, end: number): boolean {
  if (end - start > 3 || out[start - 1] !== SLASH) return false;
  for (let at = start; at < end; at++) {
    const byte = out[at] as number;
    const letter = byte | 0x20;
    if ((byte < ZERO || byte > 0x39) && (letter < 0x61 || letter > 0x66)) return false;
  }
  return !NO_SHARDS.some((name) => end - start === 2 && out[start] === name[0] && out[start + 1] === name[1]);
}
