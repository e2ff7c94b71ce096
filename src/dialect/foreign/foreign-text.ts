import type { Foreign, ForeignRule } from './foreign-rule.ts';

/** Lines that a rule looks at, at most. */
const LINES = 200;
const LIST = 'list the files themselves: lsof -nP -p PID | leaksof -   (or on the machine: leaksof show PID)';
const LSFD_COLUMNS = 'chosen columns of lsfd without header, as its own tests print them: no line says which process';
const LSFD_JSON = 'with its header, or as JSON: lsfd -J | leaksof -';
const NETSTAT = 'the output of netstat, which lists sockets of the machine, not descriptors';
const SS = 'the output of ss, which lists sockets of the machine, not descriptors';
const SOCKETS = 'sockets by process: lsof -nP -i | leaksof -';
const COUNTS = 'counts, as sort | uniq -c prints them';
const COUNTED = 'give the listing itself: lsof -nP | leaksof -';
const LIVE = 'on the machine itself: leaksof   (or save a listing: lsof -nP > dump.txt)';

/**
 * Certainty of what people paste beside a listing, `df` above `lsof | grep deleted` say: it tells what an input is only if no
 * dialect finds a row in it.
 */
const BESIDE = 0.32;

/** Lines that only one program prints, usually its header; the first 40 lines are searched. */
const TELLTALES: readonly (readonly [pattern: RegExp, certainty: number, what: string, hint: string])[] = [
  [/^lsof version information:/, BESIDE, 'the output of lsof -v (its version), not a listing of open files', LIVE],
  [
    /^\s*usage: (?:lsof\b|\[-\?ab)|^lsof: (?:illegal option|no file specified|unsupported)/,
    0.55,
    "lsof's usage message: the lsof command line was wrong",
    LIVE,
  ],
  [
    /\b(?:lsof|fstat|procstat|lsfd): (?:command )?not found\b|not found: lsof|can't find command 'lsof'/,
    0.55,
    'a shell\'s "command not found" message',
    'without lsof: ls -l /proc/[0-9]*/fd | leaksof -   (or leaksof on the machine itself)',
  ],
  [/^\s*USER\s+PID\s+ACCESS\s+COMMAND\s*$/, BESIDE, 'the output of fuser -v, which names no descriptors', LIST],
  [/^(?:Netid\s+)?State\s+Recv-Q\s+Send-Q\s+Local|\susers:\(\("[^"]+",(?:pid=)?\d+,(?:fd=)?\d+\)/, BESIDE, SS, SOCKETS],
  [
    /^\s*(?:unix\s+\d+\s+\[ |Active (?:Internet|UNIX|LOCAL|Multipath)|Proto\s+(?:Recv-Q|RefCnt)|(?:tcp|udp)[46]*\s+\d+\s+\d+\s+\S+[:.](?:\d+|\*|\w+)\s+\S+[:.](?:\d+|\*|\w+)(?:\s|$))/,
    BESIDE,
    NETSTAT,
    SOCKETS,
  ],
  [/\|\s*uniq -c\b/, BESIDE, COUNTS, COUNTED],
  [/^INotify Limits:\s*$/, BESIDE, 'the output of inotify-info, which counts watches and lists no files', LIVE],
  [/^\s*sl\s+local_address\s+rem_address/, BESIDE, '/proc/net/tcp or the like, which names no processes', SOCKETS],
  [/^Num\s+RefCount\s+Protocol\s+Flags/, 0.95, '/proc/net/unix, which names no processes', LIST],
  [
    /^USER\s+COMMAND\s+PID\s+FD\s+PROTO\s+LOCAL/,
    0.98,
    'the output of sockstat, which lists only sockets',
    'all descriptors: procstat -f -a | leaksof -',
  ],
  [
    /^COMMAND\s+PID\s+(?:USER\s+)?TYPE\s+(?:SIZE\s+)?(?:INODE\s+)?MODE\s+M\b/,
    0.98,
    'the output of lslocks, which lists locks',
    LIVE,
  ],
  [/^top - \d|^Tasks:\s+\d+ total/, BESIDE, 'the output of top, which lists processes, not open files', LIVE],
  [
    /^(?=.*\bPID\b)(?=.*(?:%CPU|%MEM|\bTTY\b|\bTT\b|\bSTIME\b|\bVSZ\b|\bRSS\b|\bSTAT\b|\bELAPSED\b))(?=.*(?:CMD|COMMAND|ARGS)\s*$)/,
    BESIDE,
    'the output of ps, which lists processes, not open files',
    LIVE,
  ],
  [
    /^Filesystem\s+(?:\S+\s+)?(?:\S*[Bb]locks|Size|Type)/,
    BESIDE,
    'the output of df',
    'deleted files that fill a disk: lsof -nP +L1 | leaksof -',
  ],
  [
    /^Limit\s+Soft Limit\s+Hard Limit\s+Units/,
    0.55,
    'the limits of one process (/proc/PID/limits) without a listing',
    'limits go with a listing: { lsof -nP; grep -H "open files" /proc/[0-9]*/limits; } | leaksof -',
  ],
  [/^(?:core file size|open files)\s+(?:\(.*\)|\S+ -n)/, BESIDE, 'the output of ulimit -a', LIVE],
  [
    /^(?:\(\w+\) )?(?:[A-Z][A-Z\d]*[.,][A-Z\d.,]+|[A-Z]+\[[A-Z]+\]): (?:\d+|OK)$/,
    0.6,
    'chosen columns of lsfd without header, as its own tests print them: no line says which process',
    'with its header, or as JSON: lsfd -J | leaksof -',
  ],
  [
    /^\s*VALUE\s+COUNTER\s*$/,
    0.98,
    'the summary of lsfd, which lists no descriptors',
    'without --summary: lsfd | leaksof -',
  ],
  [/^Full thread dump|^"[^"]+" (?:#\d+ )?(?:daemon )?prio=/, BESIDE, 'a Java thread dump', LIVE],
  [/^Nthandle v|^Handle v\d/, BESIDE, 'the output of Sysinternals handle', 'Windows handles cannot be read'],
  [/^\d+:\s+(?:POSIX|FLOCK|OFDLCK)\s+/, BESIDE, '/proc/locks', LIVE],
  [
    /^\s*<(?:!DOCTYPE\s+html|html|head|body)\b/i,
    BESIDE,
    'an HTML page',
    'copy the text of the listing out of the page into a file',
  ],
  [/^\s*<\?xml\b/, 0.5, 'an XML document', LIVE],
];

const telltale: ForeignRule = (sample) => {
  let best: Foreign | null = null;
  for (const line of sample.lines.slice(0, 40)) {
    for (const [pattern, certainty, what, hint] of TELLTALES) {
      if (certainty <= (best?.certainty ?? 0) || !pattern.test(line)) continue;
      best = { certainty, message: `The input is ${what}.`, hint };
    }
  }
  return best;
};

/** Shapes that most lines of a foreign input have. */
const SHAPES: readonly (readonly [pattern: RegExp, share: number, certainty: number, what: string, hint: string])[] = [
  [
    /^(?:lsof: |\s+(?:Output information may be|assuming "dev=))/,
    1,
    0.55,
    'messages of lsof without a listing: it found nothing, or was not allowed to look',
    'run it as root, and keep its stdout: sudo lsof -nP > dump.txt',
  ],
  [/^\d+ +(?:[A-Z][A-Z\d-]*(?:v6)?|[a-z]+) +[a-z]+=\S/, 0.6, 0.6, LSFD_COLUMNS, LSFD_JSON],
  [
    /^[\da-f]{7,8} +(?:[\da-f]{2,4} +){1,16}|^[\da-f]{7,8}$/,
    0.6,
    0.8,
    'a hex dump',
    'give the bytes themselves, not their dump',
  ],
  [
    /^\s*\d+\s*$/,
    1,
    0.95,
    'a list of bare numbers, such as the process ids of lsof -t or the count of lsof | wc -l',
    LIST,
  ],
  [/^\S.*:(?:\s+\d+[cefFrm]*)+\s*$/, 0.9, 0.9, 'the output of fuser, which names no descriptors', LIST],
  [/^\s*\d+ \S+(?: \S+)?\s*$/, 0.9, 0.6, COUNTS, COUNTED],
  [
    /^(?:\[pid +\d+\] |\d+ +)?(?:[\d:.]+ )?(?:[a-z_]\w*\(.*(?:= (?:-?\d+|\?|0x)|<unfinished)|<\.\.\. \w+ resumed|(?:---|\+\+\+) )/,
    0.6,
    0.9,
    'a system call trace (strace or truss), not a listing of open files',
    LIVE,
  ],
  [
    /^\s*[-bcdlps](?:[r-][w-][-xsStT]){3}[.+@]?\s/,
    0.6,
    0.5,
    'ls -l of a folder, not of /proc/PID/fd',
    'descriptors of a process: ls -l /proc/PID/fd | leaksof -',
  ],
  [
    /^\s*(?:\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S+ \S+(?:\[\d+\])?:|\[\s*\d+\.\d+\] |\d\d:\d\d:\d\d[.,]?\d*\s|\S+ \S+ \S+ \[\d\d\/[A-Z][a-z]{2}\/\d{4}:|(?:\[?(?:TRACE|DEBUG|INFO|WARN(?:ING)?|ERROR|FATAL)\]?[: ]))/,
    0.5,
    BESIDE,
    'a log, not a listing of open files',
    LIVE,
  ],
];

const shape: ForeignRule = ({ lines }) => {
  const texts = lines.slice(0, LINES).filter((line) => line.trim() !== '');
  for (const [pattern, share, certainty, what, hint] of SHAPES) {
    let matching = 0;
    for (const line of texts) if (pattern.test(line.slice(0, 400))) matching++;
    if (matching > 0 && matching >= texts.length * share) return { certainty, message: `The input is ${what}.`, hint };
  }
  return null;
};

const document: ForeignRule = ({ text, lines }) => {
  const first = /\S/.exec(text)?.[0];
  // `[    0.000000] ` is a time of the kernel's log, no list of numbers.
  if ((first === '{' || first === '[') && /^\s*(?:\{\s*["}]|\[\s*(?!\d+\.\d+\] )[[{"\d\]-])/.test(text)) {
    const own = /"schemaVersion"/.test(text);
    const what = own ? "one of leaksof's own reports" : 'JSON of another program';
    const hint = own ? 'give the listing that the report was made from' : 'JSON listings come from: lsof -J, lsfd -J';
    return { certainty: 0.4, message: `The input is ${what}, not a listing of open files.`, hint };
  }
  const commas = separators(lines[0] ?? '', ',');
  if (commas >= 2 && lines.length > 1 && lines.slice(1, 20).every((line) => separators(line, ',') >= commas)) {
    const hint = 'give the listing itself: lsof -nP > dump.txt';
    return {
      certainty: 0.4,
      message: 'The input is a CSV table of another program, not a listing of open files.',
      hint,
    };
  }
  return null;
};

function separators(line: string, separator: string): number {
  return line.split(separator).length - 1;
}

/** Kinds of foreign input that their text gives away. */
export const FOREIGN_TEXT: readonly ForeignRule[] = [telltale, shape, document];
