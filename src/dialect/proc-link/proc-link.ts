import { isLinkTarget, unescapeC, unquote } from './link-target.ts';
import type { Place } from './proc-place.ts';

/** One link of /proc/PID/fd as some program printed it. Text is Latin-1, one character per byte. */
export interface ProcLink {
  /** The link's own name: a descriptor number, or `cwd`, `exe`, `root`. */
  readonly name: string;
  /** The process, where the link was printed with its whole path. */
  readonly place: Place | null;
  /** Whether the mode bits were printed, as `ls -l` and `find -ls` do. */
  readonly long: boolean;
  readonly owner: string | undefined;
  /** From the link's mode bits; undefined where they give none (O_PATH) or were not printed. */
  readonly access: 'r' | 'w' | 'u' | undefined;
  /** The target as printed; undefined where it could not be read. */
  readonly printed: string | undefined;
  /** The target itself, quoting undone; null where it could not be read. */
  readonly target: string | null;
}

/** `ls -i` and `-s` and `find -ls` put numbers in front of the mode. */
const MODE_ROW = /^(?:(\d+)\s+)?(?:(\d+)\s+)?(l[r-][w-][xsS-][r-][w-][xsS-][r-][w-][xtT-])[.+@]?\s+(.*)$/s;
/** What the mode of a link looks like when only its name is known (`ls` after a failed stat). */
const VANISHED = /^l\?{9}\s+(?:\?\s+)+(\d+)$/;

/** The link's name, last of the words before the arrow: bare, quoted, with its path, coloured, behind an icon. */
const NAME =
  /(?:^|\s|\x1b\[[\d;]*[mK])(['"]?)((?:\S*\/)?proc\/(\d+|self|thread-self)(?:\/task\/(\d+))?\/(?:fd\/)?)?(\d+|cwd|exe|root)\1(?:\x1b\[[\d;]*[mK])*$/;
/** A time of day, a year or seconds of the epoch among the columns in front of the name. */
const DATED = /\d:\d\d|\b(?:19|20)\d\d\b|\b\d{10}\b/;
/** `->`, or the arrow of lsd. */
const ARROW = / (?:->|\xe2\x87\x92) /;

/** `/proc/1/fd/3 -> /x`, also with `:`, `=`, a TAB or a blank between, as shell loops and -printf write it. */
const PATH_ROW =
  /^(['"`]?)(?:\S*\/)?proc\/(\d+|self|thread-self)(?:\/task\/(\d+))?\/(?:fd\/(\d+)|(cwd|exe|root))(['"]?)(?:: +(?=(?:broken )?symbolic link to )| ?(?:->|=>|=|:|\xe2\x87\x92) ?|\t| +)(\S.*)$/s;
/** `3 -> /x`: `find -printf '%f -> %l\n'`. */
const NUMBER_ROW = /^(\d+) (?:->|=>) (\S.*)$/s;
/** file(1): `/proc/1/fd/3:   symbolic link to /x`, the paths of several padded to one width. */
const FILE_WORDS = /^(?:broken )?symbolic link to `?(.*?)'?$/s;

const COLOUR = /\x1b\[[\d;]*[mK]/g;

/** The link that a line prints, or null if it prints none. */
export function parseProcLink(line: string): ProcLink | null {
  // exa and lsd colour the mode itself, and escape control characters in names: there, every colour is theirs.
  const text = line.startsWith('\x1b[') ? line.replace(COLOUR, '') : line;
  // A cheap look first: a line of prose or of another listing fails here.
  if (!/^[\d/l'"`]|^\S*proc\//.test(text)) return null;
  return parseModeRow(text) ?? parsePathRow(text);
}

function parseModeRow(text: string): ProcLink | null {
  const row = MODE_ROW.exec(text);
  if (!row) {
    const vanished = VANISHED.exec(text);
    if (!vanished) return null;
    return {
      name: vanished[1],
      place: null,
      long: true,
      owner: undefined,
      access: undefined,
      printed: undefined,
      target: null,
    };
  }
  const [, , blocks, mode, rest] = row;
  const arrow = ARROW.exec(rest);
  const head = arrow ? rest.slice(0, arrow.index) : rest;
  const name = NAME.exec(head);
  if (!name) return null;
  const path = name[2];
  const place = path === undefined ? null : { pid: /^\d+$/.test(name[3]) ? Number(name[3]) : -1, tid: name[4] ?? null };
  const columns = head.slice(0, name.index).trim().split(/\s+/);
  const link = { name: name[5], place, long: true, owner: ownerOf(columns), access: accessOf(mode) };
  // A row that was cut within its date ends in a number, too.
  if (!arrow) return DATED.test(columns.join(' ')) ? { ...link, printed: undefined, target: null } : null;
  const printed = uncoloured(rest.slice(arrow.index + arrow[0].length));
  // find -ls is the one that prints both numbers and the path, and it escapes as C does.
  const target = blocks !== undefined && path !== undefined ? unescapeC(printed) : (unquote(printed) ?? printed);
  if (!isLinkTarget(target)) return null;
  return { ...link, printed, target };
}

function parsePathRow(text: string): ProcLink | null {
  const row = PATH_ROW.exec(text);
  if (!row) {
    const short = NUMBER_ROW.exec(text);
    if (!short) return null;
    const target = unquote(short[2]) ?? short[2];
    if (!isLinkTarget(target)) return null;
    return { name: short[1], place: null, long: false, owner: undefined, access: undefined, printed: short[2], target };
  }
  const printed = FILE_WORDS.exec(row[7])?.[1] ?? row[7];
  const target = unquote(printed) ?? printed;
  if (!isLinkTarget(target)) return null;
  const place = { pid: /^\d+$/.test(row[2]) ? Number(row[2]) : -1, tid: row[3] ?? null };
  return { name: row[4] ?? row[5], place, long: false, owner: undefined, access: undefined, printed, target };
}

function accessOf(mode: string): 'r' | 'w' | 'u' | undefined {
  if (mode[1] === 'r') return mode[2] === 'w' ? 'u' : 'r';
  return mode[2] === 'w' ? 'w' : undefined;
}

/**
 * The owner among the columns between mode and name. GNU and busybox: links, owner, group, size, date; Android toolbox
 * and lsd: owner first; eza: size or `-`, owner. With `-g` or `-o` one of the two names is left out and nothing tells
 * which, so there is no owner.
 */
function ownerOf(columns: readonly string[]): string | undefined {
  const [first, second, third, fourth, fifth] = columns;
  if (first === undefined || second === undefined) return undefined;
  if (!/^(?:\d[\d.,]*[kKMG]?|-)$/.test(first)) return first;
  // `1 root 64 Nov 21 10:29`: one name, then a size, then a date. eza's `64 root 21 Nov 10:29` has its time one place earlier.
  const sized = first !== '-' && /^\d+$/.test(third ?? '');
  const nameless =
    sized &&
    (columns.length === 4 || /^\d+-\d/.test(fourth ?? '') || (!/^\d/.test(fourth ?? '') && !/:/.test(fifth ?? '')));
  if (nameless) return undefined;
  // More columns than mode, owner, group, context, size and date have: a name holds blanks. It is the group's where
  // both names carry a domain (`CORP\\ann CORP\\domain users`), else nothing tells whose.
  const spaced =
    columns.length > 8 || (columns.length === 8 && !columns.some((column) => /^(?:\?|\w+:\S+:\S+)$/.test(column)));
  return spaced && !(second.includes('\\') && (third ?? '').includes('\\')) ? undefined : second;
}

/** Takes the colours off that `ls --color` puts around a whole target; colours inside a name are part of it. */
function uncoloured(target: string): string {
  const coloured = /^(?:\x1b\[[\d;]*[mK])+([\s\S]*?)\x1b\[0?m(?:\x1b\[K)?$/.exec(target);
  return coloured?.[1] ?? target;
}
