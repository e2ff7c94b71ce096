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
 * How much a pair of letters speaks for a random word: twice log2 of its chance in one over its chance in words, from
 * -5 (`a`) over 0 (`f`) to 8 (`n`), a row per first letter. Counted over the distinct words of English licence texts and
 * documentation, and of file names.
 */
const PAIR_ODDS =
  'hedeihfngnjcfcnfncdbhikjim ceeecfhkdhlchjdhlfehekkjil chfgcgldfnefhlainfgdfjnmjn ceedafjkblnhiiehlgfhfjkmjn ' +
  'ehddgghljnmffcjgjbcelhjfjn deefcclnbnmfhjcjnegfemlmhn ejhiaihednleheegncegekjnkk bjiiaiklcnlhhicimegdfjkmhn ' +
  'gdeffgfnnnmefadgngddngninh cighbkjlejjiihbgjiaidhhlmj dhhgahhiblkfhgfhmgcgfjjkil cjigbkllankdklcinkfffimnem ' +
  'afiibkklcmlffjdcnkfifimlkn dkdddfblelijjheinkcbhhmmkn hgeekihlilhedafenbffeggjmn bkgibjigenkdjjcfnbfefmmlfn ' +
  'fjifhikihjkdhfhgjcegagijkj cjfgajhmcniifhcinfdegimnhn fkejbikednighjefjidbegjmgn dkgiajmebnmhikdhncdfgnklfm ' +
  'fdfgfihjfnldebjencdcknkknl chfiagjhcnmhfighgfffhljkll bhfhcjjebmjgiecgldeihhhkjl eidgdgkiemlfeihbjhfbidjgij ' +
  'effgfhhkejkfdcfbmfceijhlji cjghajlibkkghkehiighhkkiid';

const ODDS = Int8Array.from(PAIR_ODDS.replaceAll(' ', ''), (code) => code.charCodeAt(0) - 102);

/** The same measure for what else happens between two characters of a word. */
const TURN_ODDS = 4;
const BORDER_ODDS = 2;
const CAPITALS_ODDS = 1;
const LONE_LETTER_ODDS = 4;

/**
 * How much `[start, end)` looks drawn at random rather than written, in half bits; below 0 it looks like words. Counts the
 * odds of its letter pairs, changes between letters and digits, and borders between small and capital letters. A single
 * `2` or `4` between letters is no change: `rst2xml`.
 */
export function randomOdds(bytes: Uint8Array, start: number, end: number): number {
  let odds = 0;
  let smalls = 0;
  let before: number = Kind.separator;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    const kind = KIND[byte] as number;
    if (kind === Kind.separator) {
      before = kind;
      smalls = 0;
      continue;
    }
    if (kind === Kind.digit) {
      if (before > Kind.digit && !isJoiningDigit(bytes, at, end)) odds += TURN_ODDS;
    } else if (before === Kind.digit) {
      if (at - 2 < start || !isJoiningDigit(bytes, at - 1, end) || KIND[bytes[at - 2] as number] === Kind.digit)
        odds += TURN_ODDS;
    } else if (before !== Kind.separator) {
      const pair = ODDS[(((bytes[at - 1] as number) | 0x20) - 0x61) * 26 + (byte | 0x20) - 0x61] as number;
      if (kind === Kind.lower) odds += pair;
      else odds += before === Kind.lower ? BORDER_ODDS : CAPITALS_ODDS + Math.min(pair, BORDER_ODDS);
    }
    // `hVbGq`: small letters that stand alone; one at the beginning is usual (`iPhone`).
    if (kind === Kind.lower) smalls++;
    else {
      if (smalls === 1 && at - 1 > start) odds += LONE_LETTER_ODDS;
      smalls = 0;
    }
    before = kind;
  }
  return smalls === 1 && end - 1 > start ? odds + LONE_LETTER_ODDS : odds;
}

/** A lone `2` (to) or `4` (for) with a letter behind it. */
function isJoiningDigit(bytes: Uint8Array, at: number, end: number): boolean {
  const digit = bytes[at];
  return (digit === 0x32 || digit === 0x34) && at + 1 < end && KIND[bytes[at + 1] as number] !== Kind.digit;
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

/** Odds from which a word counts as random: least where letters and digits alternate, most where it is letters of one case. */
const ALTERNATING = 6;
const MIXED = 8;
const LETTERS = 10;

/**
 * Whether a word looks drawn at random: `Ab3dE9xQ`, `qVbGtY`, `k7qzpwxa`. Below six characters nothing does, below eight no
 * word of one case without digits.
 */
export function looksRandom(bytes: Uint8Array, word: Word): boolean {
  const { start, end, digits, lowers, uppers, wides, turns } = word;
  const length = end - start;
  if (length < 6 || wides > 0) return false;
  const capitalised = uppers === 1 && KIND[bytes[start] as number] === Kind.upper;
  const mixedCase = lowers > 0 && uppers > 0 && !capitalised;
  if (digits === 0 && !mixedCase && length < 8) return false;
  const least = turns >= 2 ? ALTERNATING : mixedCase ? MIXED : LETTERS;
  return randomOdds(bytes, start, end) >= least;
}
