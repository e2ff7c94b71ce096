import type { Sample } from '../dialect.ts';
import type { ForeignRule } from './foreign-rule.ts';

const SAVE = 'give a saved listing: lsof -nP > dump.txt';

/** File signatures (file(1)'s magic numbers), what they mean, and what helps. Text as Latin-1, from byte 0. */
const SIGNATURES: readonly (readonly [signature: string, what: string, hint: string])[] = [
  ['\x7fELF', 'an ELF program, library or core dump', 'for a running program: leaksof show PID'],
  ['%PDF-', 'a PDF document', 'copy the text of the listing into a file'],
  ['\x89PNG\r\n', 'a PNG image', 'a picture of a listing cannot be read; save the text: lsof -nP > dump.txt'],
  ['\xff\xd8\xff', 'a JPEG image', 'a picture of a listing cannot be read; save the text: lsof -nP > dump.txt'],
  ['GIF8', 'a GIF image', 'a picture of a listing cannot be read; save the text: lsof -nP > dump.txt'],
  [
    '\x1f\x8b',
    'gzip data (inside the compression that was taken off already)',
    'unpack it: gunzip -c FILE | leaksof -',
  ],
  ['BZh', 'bzip2 data', 'unpack it: bzcat FILE | leaksof -'],
  ['\xfd7zXZ\0', 'xz data', 'unpack it: xzcat FILE | leaksof -'],
  [
    '\x28\xb5\x2f\xfd',
    'zstd data (inside the compression that was taken off already)',
    'unpack it: zstdcat FILE | leaksof -',
  ],
  ['\x04\x22\x4d\x18', 'lz4 data', 'unpack it: lz4cat FILE | leaksof -'],
  ['PK\x03\x04', 'a zip archive or office document', 'unpack it: unzip -p FILE MEMBER | leaksof -'],
  ['7z\xbc\xaf\x27\x1c', 'a 7z archive', 'unpack it first'],
  ['SQLite format 3\0', 'an SQLite database', SAVE],
  ['\xca\xfe\xba\xbe', 'a Java class or a macOS program', SAVE],
  ['\xcf\xfa\xed\xfe', 'a macOS program', SAVE],
  ['MZ', 'a Windows program', SAVE],
  ['JAVA PROFILE 1.', 'a Java heap dump', SAVE],
  ['\xd4\xc3\xb2\xa1', 'a packet capture', SAVE],
  ['\x0a\x0d\x0d\x0a', 'a packet capture', SAVE],
];

const TAR_MAGIC_AT = 257;

const signature: ForeignRule = ({ bytes, text }) => {
  for (const [magic, what, hint] of SIGNATURES) {
    // "MZ" and "BZh" are letters that a text may begin with: they count only where binary bytes follow.
    if (!startsWith(bytes, magic) || (magic.length < 4 && !hasControl(bytes))) continue;
    return { certainty: 1, message: `The input is ${what}, not a listing of open files.`, hint };
  }
  if (text.startsWith('ustar', TAR_MAGIC_AT)) {
    const hint = 'unpack it and give its folder or the listing in it: tar -xf FILE && leaksof FOLDER';
    return { certainty: 1, message: 'The input is a tar archive, not a listing of open files.', hint };
  }
  return null;
};

const utf16: ForeignRule = ({ bytes }) => {
  const little = bytes[0] === 0xff && bytes[1] === 0xfe;
  const big = bytes[0] === 0xfe && bytes[1] === 0xff;
  if (!little && !big && !everySecondIsNull(bytes)) return null;
  return {
    certainty: 1,
    message: 'The input is UTF-16 text, as PowerShell redirection writes it.',
    hint: 'convert it: iconv -f UTF-16 -t UTF-8 FILE | leaksof -',
  };
};

const empty: ForeignRule = ({ bytes, text }) => {
  if (bytes.length > 0 && /\S/.test(text)) return null;
  const what = bytes.length === 0 ? 'empty' : 'blank';
  return {
    certainty: 1,
    message: `The input is ${what}.`,
    hint: 'lsof prints nothing when it finds nothing or fails: run it again without 2>/dev/null, or leaksof --live',
  };
};

/** Bytes that no lister prints, in amount: NUL is left out, since `lsof -F0` is full of it. */
const binary: ForeignRule = ({ bytes }) => {
  let control = 0;
  for (const byte of bytes)
    if ((byte < 32 && (byte < 7 || byte > 13) && byte !== 27 && byte !== 0) || byte === 127) control++;
  if (control <= bytes.length / 50) return null;
  return { certainty: 0.9, message: 'The input is binary data, not a listing of open files.', hint: SAVE };
};

/** Kinds of foreign input that their bytes give away. */
export const FOREIGN_BYTES: readonly ForeignRule[] = [empty, signature, utf16, binary];

function startsWith(bytes: Uint8Array, magic: string): boolean {
  for (let i = 0; i < magic.length; i++) if (bytes[i] !== magic.charCodeAt(i)) return false;
  return true;
}

function hasControl(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i] < 7) return true;
  return false;
}

function everySecondIsNull(bytes: Sample['bytes']): boolean {
  const pairs = Math.min(bytes.length, 512) >> 1;
  if (pairs < 8) return false;
  let nulls = 0;
  for (let i = 0; i < pairs; i++) if (bytes[2 * i] !== 0 && bytes[2 * i + 1] === 0) nulls++;
  return nulls > pairs * 0.9;
}
