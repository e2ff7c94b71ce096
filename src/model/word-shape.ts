/** Kinds of byte in a name. */
export const Kind = { separator: 0, digit: 1, lower: 2, upper: 3, wide: 4, slash: 5, star: 6, backslash: 7 } as const;

/** Kind of each byte. Bytes of non-ASCII characters are letters that no rule here judges (`wide`). */
export const KIND = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 0x80) return Kind.wide;
  const char = String.fromCharCode(byte);
  if (/\d/.test(char)) return Kind.digit;
  if (/[a-z]/.test(char)) return Kind.lower;
  if (/[A-Z]/.test(char)) return Kind.upper;
  const special = { '/': Kind.slash, '*': Kind.star, '\\': Kind.backslash }[char];
  return special ?? Kind.separator;
});

/**
 * Letters that commonly follow each letter in words and file names: the 320 commonest of 676 pairs, which make up 93 % of
 * the pairs in English text and in the file names of a Debian system.
 */
const FOLLOWERS =
  'abcdefgiklmnprstuvwxy abcdefijlorsu abcdefhiklmoprstuvy abcdefilmoprstu abcdefgilmnopqrstuvwxy abcdefilmorstu ' +
  'aehilnorsu aeiortu abcdefglmnoprstvxz aes aeis acdeilopstuvy abceilmopsu acdefgiklmnopstuv abcdfgiklmnoprstuvw ' +
  'acehiloprstuy u acdefgiklmnoprstuvy acdefhiklmopqrstuvwy abcdefhilmnoprstuy abcdegilmnprst acefimqrst aehiors ' +
  'ceiptv mnpst e';

/** 1 where the pair of letters (26 x first + second) is rare in words. */
const RARE_PAIR = new Uint8Array(676).fill(1);
for (const [first, letters] of FOLLOWERS.split(' ').entries()) {
  for (const letter of letters) RARE_PAIR[first * 26 + letter.charCodeAt(0) - 97] = 0;
}

/** Pairs of neighbouring letters in `[start, end)` that are rare in words; case does not count. */
function rarePairs(bytes: Uint8Array, start: number, end: number): number {
  let rare = 0;
  let before = -1;
  for (let at = start; at < end; at++) {
    const letter = ((bytes[at] as number) | 0x20) - 0x61;
    if (letter < 0 || letter > 25) {
      before = -1;
      continue;
    }
    if (before >= 0) rare += RARE_PAIR[before * 26 + letter] as number;
    before = letter;
  }
  return rare;
}

/** Whether case changes as in `camelCase` and `CamelCase`: every piece begins with one capital and has two letters or more. */
function isCamel(bytes: Uint8Array, start: number, end: number): boolean {
  let piece = 0;
  for (let at = start; at < end; at++) {
    const kind = KIND[bytes[at] as number];
    if (kind === Kind.upper) {
      if (at > start && piece < 2) return false;
      piece = 1;
    } else if (kind === Kind.lower) piece++;
  }
  return piece >= 2;
}

/** A run of letters and digits, with what a first pass counted in it. Reused between calls. */
export interface Word {
  start: number;
  end: number;
  digits: number;
  lowers: number;
  uppers: number;
  wides: number;
  /** Changes between letter and digit. */
  turns: number;
}

export function newWord(): Word {
  return { start: 0, end: 0, digits: 0, lowers: 0, uppers: 0, wides: 0, turns: 0 };
}

/** Measures the word that begins at `start`; it ends at `limit` or before the first byte that is no letter or digit. */
export function measureWord(bytes: Uint8Array, start: number, limit: number, word: Word): void {
  let digits = 0;
  let lowers = 0;
  let uppers = 0;
  let wides = 0;
  let turns = 0;
  let wasDigit = -1;
  let at = start;
  for (; at < limit; at++) {
    const kind = KIND[bytes[at] as number] as number;
    if (kind === Kind.digit) {
      digits++;
      if (wasDigit === 0) turns++;
      wasDigit = 1;
      continue;
    }
    if (kind === Kind.lower) lowers++;
    else if (kind === Kind.upper) uppers++;
    else if (kind === Kind.wide) wides++;
    else break;
    if (wasDigit === 1) turns++;
    wasDigit = 0;
  }
  word.start = start;
  word.end = at;
  word.digits = digits;
  word.lowers = lowers;
  word.uppers = uppers;
  word.wides = wides;
  word.turns = turns;
}

/** Whether the letters and digits `[start, end)` are all hexadecimal. */
export function isHex(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte > 0x39 && ((byte | 0x20) > 0x66 || byte >= 0x80)) return false;
  }
  return true;
}

/**
 * Whether a word looks drawn at random rather than written by somebody: `Ab3dE9xQ`, `qVbGtY`, `k7qzpwxa`. Judged by how
 * often letters and digits alternate, by unnatural capitals, and by pairs of letters that words do not have. Below six
 * characters nothing is random; long words of one case must be mostly unpronounceable.
 */
export function looksRandom(bytes: Uint8Array, word: Word): boolean {
  const { start, end, digits, lowers, uppers, wides, turns } = word;
  const length = end - start;
  if (length < 6 || wides > 0) return false;
  const mixedCase = lowers > 0 && uppers > 0 && !isCapitalised(bytes, word);
  if (digits > 0) {
    if (turns >= 3) return true;
    const rare = rarePairs(bytes, start, end);
    if (turns === 2) return rare > 0 || length >= 16 || (mixedCase && !isCamel(bytes, start, end));
    return rare * 2 >= lowers + uppers - 1 && lowers + uppers >= 3
      ? true
      : mixedCase && rare > 0 && !isCamel(bytes, start, end);
  }
  if (!mixedCase && length < 8) return false;
  const rare = rarePairs(bytes, start, end);
  if (!mixedCase) return rare * 2 >= length - 1;
  if (isCamel(bytes, start, end)) return rare * 2 >= length - 1;
  return length < 8 ? rare > 0 : rare >= 2 && rare * 4 >= length - 1;
}

function isCapitalised(bytes: Uint8Array, word: Word): boolean {
  return word.uppers === 1 && KIND[bytes[word.start] as number] === Kind.upper;
}
