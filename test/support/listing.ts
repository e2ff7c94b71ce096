import fc from 'fast-check';

/** One open file as a lister knows it, before it is printed. `name` is raw text: it may hold control bytes. */
export interface ModelFile {
  readonly fd: string;
  readonly access: '' | 'r' | 'w' | 'u';
  readonly lock: '' | 'R' | 'W' | 'u';
  readonly type: string;
  readonly device: string;
  readonly size: string | null;
  readonly offset: string | null;
  readonly inode: string | null;
  readonly name: string | null;
  readonly state: string | null;
}

export interface ModelProcess {
  readonly pid: number;
  readonly ppid: number;
  readonly uid: number;
  readonly user: string;
  readonly command: string;
  readonly files: readonly ModelFile[];
}

const digits = fc.bigInt({ min: 0n, max: 1n << 64n }).map(String);
/** No NUL, which ends a name for the kernel; no lone surrogates, which no bytes make. */
const raw = fc
  .oneof(
    fc.string({ unit: 'grapheme', maxLength: 20 }),
    fc.string({
      unit: fc.constantFrom('a', '/', ' ', '\\', '\n', '\t', '\x01', '\x1b', '"', 'x', '4', 'é', '日', '^', '@'),
      maxLength: 20,
    }),
    fc.constantFrom(
      '/x (deleted)',
      'p12',
      'f3',
      'm',
      'lsof: WARNING: x',
      '',
      ' ',
      'ends ',
      '/a  b',
      '{"fd":"3"}',
      'COMMAND PID',
    ),
  )
  .map((text) => text.replaceAll('\0', '').replaceAll('\x7f', ''));

const file: fc.Arbitrary<ModelFile> = fc.record({
  fd: fc.oneof(fc.nat(100_000).map(String), fc.constantFrom('cwd', 'rtd', 'txt', 'mem', 'DEL')),
  access: fc.constantFrom('', 'r', 'w', 'u'),
  lock: fc.constantFrom('', 'R', 'W', 'u'),
  type: fc.constantFrom('REG', 'DIR', 'CHR', 'FIFO', 'unix', 'sock', 'a_inode', 'IPv4'),
  device: fc.nat(0xffff).map((number) => `0x${number.toString(16)}`),
  size: fc.option(digits),
  offset: fc.option(digits),
  inode: fc.option(digits),
  name: fc.option(raw, { freq: 9 }),
  state: fc.option(fc.constantFrom('LISTEN', 'CLOSE_WAIT', 'CONNECTED'), { freq: 2 }),
});

/** Processes of one listing, each pid once. */
export const processes: fc.Arbitrary<readonly ModelProcess[]> = fc.uniqueArray(
  fc.record({
    pid: fc.integer({ min: 1, max: 4_194_304 }),
    ppid: fc.nat(4_194_304),
    uid: fc.nat(70_000),
    user: fc.constantFrom('root', 'www-data', 'CORP\\jsmith', 'user with space', 'ünï'),
    command: raw,
    files: fc.array(file, { minLength: 1, maxLength: 5 }),
  }),
  { selector: ({ pid }) => pid, maxLength: 5 },
);

/** A name as lsof's safestrprt prints it in a UTF-8 locale (the escapes of lsof(8), OUTPUT). */
export function safestrprt(text: string): string {
  const named: Record<string, string> = {
    '\b': '\\b',
    '\f': '\\f',
    '\n': '\\n',
    '\r': '\\r',
    '\t': '\\t',
    '\\': '\\\\',
  };
  return [...text]
    .map((letter) => named[letter] ?? (letter < ' ' ? `^${String.fromCharCode(letter.charCodeAt(0) + 0x40)}` : letter))
    .join('');
}
