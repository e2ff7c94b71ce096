import { Buffer } from 'node:buffer';
import { type DressRule, HEADER, share } from './dress.ts';
import { isRowAt } from './row-start.ts';

/** Of lines that hold several rows, the share that makes a paste one whose line ends were lost. */
const COMMON = 0.5;
/** A descriptor and a type: there is a row around it. */
const ROW_CORE =
  /\s(?:NOFD\s+(?=\/)|(?:\*?\d{1,7}[rwu-]?[A-Za-z]?|cwd|rtd|txt|mem|DEL|NOFD)\s+(?:REG|DIR|CHR|BLK|FIFO|LINK|PIPE|KQUEUE|IPv[46]|unix|sock|a_inode|netlink|unknown)\s)/g;
/** Longest line that is taken apart. */
const LONGEST = 1 << 20;

/** Rows on one line: an end of line written out as `\n`, or turned into a blank. */
export const runTogether: DressRule = (lines) => {
  if (share(lines, (line) => apart(line) !== null) < COMMON) return null;
  return { bare: (line) => apart(line) ?? line };
};

function apart(line: string): string | null {
  if (line.length > LONGEST || (line.match(ROW_CORE)?.length ?? 0) < 2) return null;
  if (/\\n/.test(line)) {
    const pieces = line.split(/(?:\\r)?\\n/);
    if (pieces.filter((piece) => isRowAt(Buffer.from(piece, 'latin1'), 0) || HEADER.test(piece)).length > 1)
      return pieces.join('\n').replaceAll('\\\\', '\\');
  }
  const starts = rowStarts(line);
  if (starts.length < 2) return null;
  const pieces = starts.map((start, i) => line.slice(start, starts[i + 1]).trimEnd());
  const [first = 0] = starts;
  return [line.slice(0, first).trimEnd(), ...pieces].filter((piece) => piece !== '').join('\n');
}

/**
 * Where rows begin in a line: COMMAND is the one word in front of PID. A place behind which another row's FD comes before
 * its own is none, since COMMAND, PID and USER are followed by the first FD there is.
 */
function rowStarts(line: string): number[] {
  const bytes = Buffer.from(line, 'latin1');
  const starts: number[] = [];
  const cores = Array.from(line.matchAll(ROW_CORE), (match) => match.index);
  let from = 0;
  for (const core of cores) {
    const word = /\S+(?=\s+\d{1,10}\s)/g;
    word.lastIndex = from;
    for (let match = word.exec(line); match && match.index < core; match = word.exec(line)) {
      const end = cores.find((other) => other > core) ?? line.length;
      if (!isRowAt(bytes.subarray(0, end), match.index)) continue;
      starts.push(match.index);
      break;
    }
    from = core + 1;
  }
  return starts;
}
