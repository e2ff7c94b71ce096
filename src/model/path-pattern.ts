import { encodeText } from '../columns/utf8.ts';
import { foldComponent } from './component-pattern.ts';
import { isWord, type PathComponent, Root, STAR } from './path-component.ts';

/** Where patterns are written; a pattern is never longer than its name. */
export interface PatternBuffer {
  readonly bytes: Uint8Array;
  length: number;
}

const SLASH = 0x2f;

/** Folders whose files come with the system: their digits are versions and device numbers, not ids. */
const SOFTWARE = 'usr lib lib32 lib64 libx32 bin sbin etc boot sys snap nix System Library'.split(' ').map(encodeText);
const PROC = encodeText('proc');
const DEV = encodeText('dev');
/** Folders below /dev that hold files rather than devices. */
const DEV_FILES = ['shm', 'mqueue', 'hugepages'].map(encodeText);

/** Longest folder that is remembered, in bytes. */
const FOLDER_BYTES = 512;

/** The folder of the path before, and its pattern: neighbours mostly lie in one folder. */
const folder = {
  name: new Uint8Array(FOLDER_BYTES),
  nameLength: -1,
  pattern: new Uint8Array(FOLDER_BYTES),
  patternLength: 0,
  root: Root.plain as number,
  afterId: false,
};

const component: PathComponent = {
  bytes: new Uint8Array(0),
  start: 0,
  end: 0,
  last: false,
  root: Root.plain,
  afterId: false,
  out: new Uint8Array(0),
  length: 0,
  outStart: 0,
  longId: false,
  star: false,
  backslash: false,
  program: -1,
};

/**
 * Appends the pattern of the path or other name in bytes `[start, end)`; a name that holds a `*` is one already.
 * Returns whether there was a backslash in it.
 */
export function foldPath(bytes: Uint8Array, start: number, end: number, into: PatternBuffer): boolean {
  const from = into.length;
  let base = end;
  while (base > start && bytes[base - 1] !== SLASH) base--;
  component.bytes = bytes;
  component.out = into.bytes;
  component.length = from;
  component.star = false;
  component.backslash = false;
  if (base > start) foldFolders(start, base);
  else {
    component.root = Root.plain;
    component.afterId = false;
  }
  if (base < end) {
    component.start = base;
    component.end = end;
    component.last = true;
    foldComponent(component);
    if (component.longId && component.root === Root.plain) foldShards(from);
  }
  if (component.star) component.length = copyName(bytes, start, end, into.bytes, from);
  into.length = component.length;
  return component.backslash;
}

function copyName(bytes: Uint8Array, start: number, end: number, out: Uint8Array, to: number): number {
  for (let at = start; at < end; at++) out[to++] = bytes[at] as number;
  return to;
}

/** Everything up to the last slash. */
function foldFolders(start: number, end: number): void {
  const { bytes, out } = component;
  const from = component.length;
  if (end - start === folder.nameLength && isKnownFolder(bytes, start)) {
    component.root = folder.root;
    component.afterId = folder.afterId;
    for (let i = 0; i < folder.patternLength; i++) out[from + i] = folder.pattern[i] as number;
    component.length = from + folder.patternLength;
    return;
  }
  component.root = bytes[start] === SLASH ? rootOf(bytes, start + 1, end) : Root.plain;
  component.afterId = false;
  component.last = false;
  for (let at = start; at < end; ) {
    if (bytes[at] === SLASH) {
      out[component.length++] = SLASH;
      at++;
      continue;
    }
    component.start = at;
    while (bytes[at] !== SLASH) at++;
    component.end = at;
    foldComponent(component);
  }
  rememberFolder(start, end, from);
}

function isKnownFolder(bytes: Uint8Array, start: number): boolean {
  const { name, nameLength } = folder;
  for (let i = nameLength - 1; i >= 0; i--) if (name[i] !== bytes[start + i]) return false;
  return true;
}

function rememberFolder(start: number, end: number, from: number): void {
  const { bytes, out, length, root, afterId, star, backslash } = component;
  folder.nameLength = -1;
  if (end - start > FOLDER_BYTES || star || backslash) return;
  for (let i = 0; i < end - start; i++) folder.name[i] = bytes[start + i] as number;
  for (let i = 0; i < length - from; i++) folder.pattern[i] = out[from + i] as number;
  folder.nameLength = end - start;
  folder.patternLength = length - from;
  folder.root = root;
  folder.afterId = afterId;
}

function rootOf(bytes: Uint8Array, start: number, end: number): number {
  let stop = start;
  while (stop < end && bytes[stop] !== SLASH) stop++;
  if (isWord(bytes, start, stop, PROC)) return Root.processes;
  if (isWord(bytes, start, stop, DEV)) {
    let next = stop + 1;
    while (next < end && bytes[next] !== SLASH) next++;
    return DEV_FILES.some((name) => isWord(bytes, stop + 1, next, name)) ? Root.plain : Root.devices;
  }
  for (let i = 0; i < SOFTWARE.length; i++) {
    if (isWord(bytes, start, stop, SOFTWARE[i] as Uint8Array)) return Root.software;
  }
  return Root.plain;
}

/** Names of two letters that are also hexadecimal digits. */
const NO_SHARDS = ['db', 'fe', 'be', 'ca', 'ad'].map(encodeText);

/** Blanks the folders of one to three hexadecimal digits right above an id: `objects/3f/ab12...`, `cache/9/4c/...`. */
function foldShards(from: number): void {
  const { out, outStart } = component;
  let first = outStart;
  let shards = 0;
  for (;;) {
    const end = first - 1;
    let start = end;
    while (start > from && out[start - 1] !== SLASH) start--;
    if (start >= end || !(isShard(out, start, end) || (end - start === 1 && out[start] === STAR))) break;
    first = start;
    shards++;
  }
  if (shards === 0) return;
  let to = first;
  for (let i = 0; i < shards; i++) {
    out[to++] = STAR;
    out[to++] = SLASH;
  }
  out.copyWithin(to, outStart, component.length);
  component.length -= outStart - to;
}

function isShard(out: Uint8Array, start: number, end: number): boolean {
  if (end - start > 3 || out[start - 1] !== SLASH) return false;
  for (let at = start; at < end; at++) {
    const byte = out[at] as number;
    const letter = byte | 0x20;
    if ((byte < 0x30 || byte > 0x39) && (letter < 0x61 || letter > 0x66)) return false;
  }
  return !NO_SHARDS.some((name) => isWord(out, start, end, name));
}
