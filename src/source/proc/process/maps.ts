/** A file that is mapped into a process. */
export interface Mapping {
  /** Addresses as `/proc/PID/map_files` names them. */
  readonly range: string;
  /** `major,minor`, decimal. */
  readonly device: string;
  /** Decimal. */
  readonly inode: string;
  /** Path; ends in ` (deleted)` where the file is gone. */
  readonly path: Uint8Array;
}

/** `start-end perms offset major:minor inode   path`; all but the path is plain ASCII. */
const LINE = /^([0-9a-f]+)-([0-9a-f]+) \S{4} [0-9a-f]+ ([0-9a-f]+):([0-9a-f]+) (\d+) +$/;

/** `maps` writes a newline of a path as `\012`, and nothing else so: a backslash before other digits is the path's own. */
function withNewlines(path: Buffer): Uint8Array {
  const text = path.toString('latin1');
  return text.includes('\\012') ? Buffer.from(text.replaceAll('\\012', '\n'), 'latin1') : path;
}

/** Parses `/proc/PID/maps` (proc_pid_maps(5)): the mappings with a file behind them, in the kernel's order, each part of a file. */
export function* parseMaps(bytes: Buffer): Generator<Mapping> {
  for (let start = 0; start < bytes.length; ) {
    let end = bytes.indexOf(10, start);
    if (end < 0) end = bytes.length;
    const slash = bytes.indexOf(47, start);
    if (slash >= 0 && slash < end) {
      const match = LINE.exec(bytes.toString('latin1', start, slash));
      if (match && match[5] !== '0') {
        yield {
          // The kernel leaves out leading zeros in map_files and pads them in maps.
          range: `${shorter(match[1] as string)}-${shorter(match[2] as string)}`,
          device: `${Number.parseInt(match[3] as string, 16)},${Number.parseInt(match[4] as string, 16)}`,
          inode: match[5] as string,
          path: withNewlines(bytes.subarray(slash, end)),
        };
      }
    }
    start = end + 1;
  }
}

function shorter(hex: string): string {
  return hex.replace(/^0+(?=.)/, '');
}
