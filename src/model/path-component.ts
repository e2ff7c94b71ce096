import { KIND, Kind } from './word-shape.ts';

/** How much of a path is fixed by what is installed, and how much is data. */
export const Root = { plain: 0, software: 1, devices: 2, processes: 3 } as const;

/** One component of a path while it is folded; one object serves all. */
export interface PathComponent {
  /** The name's bytes; the component is `[start, end)`. */
  bytes: Uint8Array;
  start: number;
  end: number;
  /** Whether it is the last, the file's own name. */
  last: boolean;
  root: number;
  /** The component before was nothing but an id. */
  afterId: boolean;
  /** Where the pattern is written, and how far; the component's own begins at `outStart`. */
  out: Uint8Array;
  length: number;
  outStart: number;
  /** It held an id of eight characters or more: folders of two hexadecimal digits above it are its shards. */
  longId: boolean;
  /** Whether any component so far held a `*`, or a backslash. */
  star: boolean;
  backslash: boolean;
  /** Whether it is a program file, whose digits are versions: 1 yes, 0 no, -1 not yet looked. */
  program: number;
}

export const STAR = 0x2a;
const DASH = 0x2d;
const DOT = 0x2e;
const COMMA = 0x2c;
const PLUS = 0x2b;
const COLON = 0x3a;
const UNDERSCORE = 0x5f;

/** Copies bytes `[start, end)` of the name. */
export function copy(component: PathComponent, start: number, end: number): void {
  const { bytes, out } = component;
  let to = component.length;
  for (let at = start; at < end; at++) out[to++] = bytes[at] as number;
  component.length = to;
}

/** Writes `*`; one that follows another over a mere separator joins it, so that `2024-01-02T03:04` is one blank. */
export function blank(component: PathComponent): void {
  const { out, outStart } = component;
  const before = component.length - 1;
  if (before >= outStart && out[before] === STAR) return;
  if (before > outStart && out[before - 1] === STAR && isJoint(out[before] as number)) {
    component.length--;
    return;
  }
  out[component.length++] = STAR;
}

/** Whether what was written last is a blank and a separator. */
export function isJoined(component: PathComponent): boolean {
  const { out, length, outStart } = component;
  return length >= outStart + 2 && out[length - 2] === STAR && isJoint(out[length - 1] as number);
}

function isJoint(byte: number): boolean {
  return byte === DASH || byte === UNDERSCORE || byte === DOT || byte === COLON || byte === COMMA || byte === PLUS;
}

/** Endings of installed program files: their digits are versions. */
const PROGRAM_FILES = ['so', 'jar', 'dll', 'dylib', 'pyc', 'node', 'war', 'whl', 'gem', 'ko'].map((ending) =>
  Uint8Array.from(ending, (char) => char.charCodeAt(0)),
);

/** 1 for each byte that a program file can end with: a letter of those endings, or a digit of `.so.1.2`. */
const PROGRAM_ENDS = Uint8Array.from({ length: 256 }, (_, byte) =>
  PROGRAM_FILES.some((ending) => ending.at(-1) === byte) || KIND[byte] === Kind.digit ? 1 : 0,
);

/** Whether the component is a program file: `libssl.so.3`, `foo-1.2.jar`, `_ctypes.cpython-311.so`. */
export function isProgram(component: PathComponent): boolean {
  if (component.program < 0) component.program = looksLikeProgram(component) ? 1 : 0;
  return component.program === 1;
}

function looksLikeProgram({ bytes, start, end }: PathComponent): boolean {
  if (PROGRAM_ENDS[bytes[end - 1] as number] === 0) return false;
  for (let dot = end - 3; dot > start; dot--) {
    if (bytes[dot] !== DOT) continue;
    let stop = dot + 1;
    while (stop < end && bytes[stop] !== DOT) stop++;
    if (stop < end && !isVersionTail(bytes, stop, end)) continue;
    for (let i = 0; i < PROGRAM_FILES.length; i++) {
      if (isWord(bytes, dot + 1, stop, PROGRAM_FILES[i] as Uint8Array)) return true;
    }
  }
  return false;
}

/** Digits and dots up to the end: what stands behind `.so`. */
function isVersionTail(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] !== DOT && KIND[bytes[at] as number] !== Kind.digit) return false;
  return true;
}

/** Whether bytes `[start, end)` are the word. */
export function isWord(bytes: Uint8Array, start: number, end: number, word: Uint8Array): boolean {
  return end - start === word.length && beginsWith(bytes, start, end, word);
}

/** Whether bytes `[start, end)` begin with the word. */
export function beginsWith(bytes: Uint8Array, start: number, end: number, word: Uint8Array): boolean {
  if (end - start < word.length) return false;
  for (let i = 0; i < word.length; i++) if (bytes[start + i] !== word[i]) return false;
  return true;
}
