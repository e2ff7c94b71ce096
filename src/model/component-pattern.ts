import { encodeText } from '../columns/utf8.ts';
import { isExtension, isFixed, isHexId, isIdNumber, isIdPart, isUuid, ownsDigits } from './id-rule.ts';
import { beginsWith, blank, copy, isProgram, type PathComponent, Root, STAR } from './path-component.ts';
import { KIND, Kind, looksRandom, measureWord, newWord, randomOdds } from './word-shape.ts';

const DASH = 0x2d;
const DOT = 0x2e;
const UNDERSCORE = 0x5f;

/** Beginnings that programs put before a random part without a separator, as in mkstemp(3) templates. */
const TEMPLATES = ['tmp', 'temp', 'php', 'ffi', 'nfs', 'sess', 'SYSV', 'upload', 'hidden'].map(encodeText);
/** 1 for each byte that a template begins with. */
const TEMPLATE_STARTS = Uint8Array.from({ length: 256 }, (_, byte) =>
  TEMPLATES.some(([first]) => first === byte) ? 1 : 0,
);
const TMP = encodeText('tmp');
/** Length of the names that Python's tempfile makes: `tmp` and eight of `[a-z0-9_]`. */
const PYTHON_TEMP = 11;

/** Words this long can be ids; shorter ones without a digit are copied unseen. */
const SHORTEST_RANDOM = 6;

/** Shortest id in base64url that is told as a whole (12 bytes), and the odds from which it is one. */
const LONG_STEM = 16;
const STEM_ODDS = 16;
/** Kinds of byte that such an id has, as bits: all of them. */
const MIXED = (1 << Kind.separator) | (1 << Kind.digit) | (1 << Kind.lower) | (1 << Kind.upper);

const word = newWord();
const part = newWord();

/** Folds one component, word by word. A word is a run of letters and digits. */
export function foldComponent(component: PathComponent): void {
  const { bytes, end } = component;
  let at = component.start;
  component.outStart = component.length;
  component.longId = false;
  component.program = -1;
  if (end - at >= PYTHON_TEMP && beginsWith(bytes, at, end, TMP) && foldPythonTemp(component)) at += PYTHON_TEMP;
  else if (end - at >= LONG_STEM && component.root === Root.plain) at = foldStem(component);
  while (at < end) {
    const byte = bytes[at] as number;
    const kind = KIND[byte] as number;
    if (kind === Kind.separator || kind >= Kind.star) {
      if (kind === Kind.star) component.star = true;
      else if (kind === Kind.backslash) component.backslash = true;
      component.out[component.length++] = byte;
      at++;
      continue;
    }
    measureWord(bytes, at, end, word);
    at = word.end;
    if (word.digits > 0) at = foldNumbered(component);
    else if (at - word.start < SHORTEST_RANDOM || component.root !== Root.plain) copy(component, word.start, at);
    else foldLetters(component);
  }
  component.afterId = component.length === component.outStart + 1 && component.out[component.outStart] === STAR;
}

/**
 * Writes `*` for a stem that is one id in base64url, whose `-` and `_` are no separators: `Ab3dE9xQTyuVw-0pLkJh_g`.
 * Returns where reading goes on.
 */
function foldStem(component: PathComponent): number {
  const { bytes, start, end } = component;
  let seen = 0;
  let stop = start;
  for (; stop < end; stop++) {
    const byte = bytes[stop] as number;
    if (byte === DOT) break;
    const kind = KIND[byte] as number;
    if (kind > Kind.upper || (kind === Kind.separator && byte !== DASH && byte !== UNDERSCORE)) return start;
    seen |= 1 << kind;
  }
  if (seen !== MIXED || stop - start < LONG_STEM || randomOdds(bytes, start, stop) < STEM_ODDS) return start;
  blank(component);
  component.longId = true;
  return stop;
}

/** Writes `tmp*` if the component begins as Python's temporary files do. */
function foldPythonTemp(component: PathComponent): boolean {
  const { bytes, start, end } = component;
  const stop = start + PYTHON_TEMP;
  if (stop < end && (KIND[bytes[stop] as number] !== Kind.separator || bytes[stop] === UNDERSCORE)) return false;
  let digits = 0;
  for (let at = start + TMP.length; at < stop; at++) {
    const byte = bytes[at] as number;
    const kind = KIND[byte];
    if (kind === Kind.digit) digits++;
    else if (kind !== Kind.lower && byte !== UNDERSCORE) return false;
  }
  if (digits === 0) {
    // Letters only: `tmpdownload` is a word, `tmpqxkvzjwb` is not; `tmp_uploads` is left to the words between the bars.
    measureWord(bytes, start + TMP.length, stop, part);
    if (part.end !== stop || !looksRandom(bytes, part)) return false;
  }
  copy(component, start, start + TMP.length);
  blank(component);
  return true;
}

function foldLetters(component: PathComponent): void {
  if (isProgram(component)) copy(component, word.start, word.end);
  else if (!foldTemplate(component)) {
    if (looksRandom(component.bytes, word)) blank(component);
    else copy(component, word.start, word.end);
  }
}

/** A word with digits in it. Returns where reading goes on: a UUID reaches beyond its first word. */
function foldNumbered(component: PathComponent): number {
  const { bytes } = component;
  const { start, end } = word;
  const size = end - start;
  if (size === 8 && isUuid(component, start)) {
    blank(component);
    component.longId = true;
    return start + 36;
  }
  if (word.digits === size ? isIdNumber(component, start, end) : isHexId(component, word)) {
    blank(component);
    component.longId ||= size >= 8;
    return end;
  }
  if (word.digits === size) copy(component, start, end);
  else if (isFixed(component)) {
    if (size >= 16 && looksRandom(bytes, word)) blank(component);
    else foldParts(component);
  } else if (isExtension(component, word)) copy(component, start, end);
  else if (foldTemplate(component)) component.longId = true;
  else if (looksRandom(bytes, word) && !ownsDigits(bytes, word)) {
    blank(component);
    component.longId ||= size >= 8;
  } else foldParts(component);
  return end;
}

/** A template's fixed beginning and a random rest: `tmpab12cd`, `phpXy3Z9q`, `nfs000000000d4c9f8a00000001`. */
function foldTemplate(component: PathComponent): boolean {
  const { bytes } = component;
  const { start, end } = word;
  if (TEMPLATE_STARTS[bytes[start] as number] === 0) return false;
  for (let i = 0; i < TEMPLATES.length; i++) {
    const template = TEMPLATES[i] as Uint8Array;
    if (end - start < template.length + 4 || !beginsWith(bytes, start, end, template)) continue;
    measureWord(bytes, start + template.length, end, part);
    if (part.digits === 0 && !looksRandom(bytes, part) && !looksRandom(bytes, word)) return false;
    copy(component, start, start + template.length);
    blank(component);
    return true;
  }
  return false;
}

/** A word that is neither id nor random: its runs of digits one by one. */
function foldParts(component: PathComponent): void {
  const { bytes, out } = component;
  const { start, end } = word;
  for (let at = start; at < end; ) {
    let stop = at;
    const digits = KIND[bytes[at] as number] === Kind.digit;
    while (stop < end && (KIND[bytes[stop] as number] === Kind.digit) === digits) stop++;
    if (digits) {
      if (isIdPart(component, word, at, stop)) blank(component);
      else copy(component, at, stop);
    } else {
      // One letter between two ids is no word: the T of a time, the x of `1920x1080`.
      const joins = stop - at === 1 && at > start && stop < end && out[component.length - 1] === STAR;
      if (!joins) copy(component, at, stop);
    }
    at = stop;
  }
}
