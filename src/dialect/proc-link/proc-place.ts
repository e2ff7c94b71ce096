/** Whose descriptors the lines that follow are. */
export interface Place {
  /** -1 where the text does not name one (`/proc/self/fd`, `/proc/$PID/fd`). */
  readonly pid: number;
  readonly tid: string | null;
}

/** Longer lines are no heading, command line or message; bounds what a hostile line can cost. */
const LONGEST = 4096;
const UNKNOWN: Place = { pid: -1, tid: null };

/** A folder heading of ls: `/proc/12/fd:`, `/proc/12/task/13/fd/:`, `12/fd:`, quoted or not. */
const HEADING = /^['"]?(?:\S*?\/)?(\d+|self|thread-self|curproc)(?:\/task\/(\d+))?\/fd(?:info)?\/?['"]?:$/;

/** A script's own heading: `== open files (/proc/12/fd):`. */
const WORDED_HEADING = /^[^/]{1,80}\/proc\/(\d+)(?:\/task\/(\d+))?\/fd\/?[)\]'"`]?:$/;

/** A folder of descriptors anywhere in a command line or prompt; `cd /proc/12` is one too. */
const FOLDER =
  /\/proc\/(\d+|[^\s/]+)(?:\/task\/(\d+))?\/(?:fd|map_files)(?:\/[^\s'"]*)?(?=[\s'"`);|&:#$]|$)|\bcd\s+\/proc\/(\d+)\/?(?=[\s;&|]|$)/g;

/** Words that make a line with such a folder in it a command line. */
const COMMAND =
  /(?:^|[\s;|&(`@])(?:ls|ll|l|la|dir|find|stat|file|readlink|sudo|for|cd|exa|eza|lsd|busybox|toybox|adb|kubectl|docker|watch|ssh)\b|[#$%>\u276f]\s|[#$]$/;

/**
 * The process that a line says the following rows belong to: a folder heading, or a command line or prompt that names
 * one folder of descriptors. Null if the line is neither.
 */
export function parsePlace(text: string): Place | null {
  const heading = HEADING.exec(text);
  if (heading) return placeOf(heading[1], heading[2]);
  if (text.length > LONGEST || !text.includes('/proc/')) return null;
  const worded = WORDED_HEADING.exec(text);
  if (worded) return placeOf(worded[1], worded[2]);
  const folders = [...text.matchAll(FOLDER)];
  if (folders.length === 0 || !COMMAND.test(text)) return null;
  const places = folders.map((match) => placeOf(match[1] ?? match[3] ?? '', match[2]));
  const [first] = places;
  // Several folders in one command get a heading each; until it comes, the process is not known.
  return places.every((place) => place.pid === first?.pid && place.tid === first.tid) ? (first ?? UNKNOWN) : UNKNOWN;
}

function placeOf(process: string, tid: string | undefined): Place {
  return /^\d+$/.test(process) ? { pid: Number(process), tid: tid ?? null } : UNKNOWN;
}

/** The folder itself, as one of the lines of a listing. */
export interface FolderEntry {
  readonly place: Place | null;
  /** Size of the folder, which is the number of its descriptors since Linux 6.2; 0 where the kernel does not say. */
  readonly descriptors: number;
}

const COLOUR = /\x1b\[[\d;]*[mK]/g;
const ENTRY = /^(?:\d+\s+){0,2}d[r-][w-][xsS-]\S*\s+(.*?)(\.\.?|\S*\/fd\/?)$/;
const BARE = /^\S*\/proc\/(\d+)(?:\/task\/(\d+))?\/fd\/?\s*$/;

/** The line of a folder of descriptors itself: `.` and `..` of `ls -la`, the first line of `find /proc/PID/fd`. */
export function parseFolderEntry(text: string): FolderEntry | null {
  if (text.length > LONGEST) return null;
  const line = text.includes('\x1b') ? text.replace(COLOUR, '') : text;
  const bare = BARE.exec(line);
  if (bare) return { place: placeOf(bare[1], bare[2]), descriptors: 0 };
  const entry = ENTRY.exec(line);
  if (!entry) return null;
  const named = BARE.exec(entry[2]);
  const size = /^\d+\s+\S+\s+\S+\s+(\d+)\s/.exec(entry[1]);
  const own = entry[2] === '.' || named !== null;
  return { place: named ? placeOf(named[1], named[2]) : null, descriptors: own && size ? Number(size[1]) : 0 };
}

/** An error message of ls, find or readlink about a folder or link of descriptors. */
export interface Refused {
  readonly pid: number;
  /** True if the whole folder was refused, false if one link was: that one has its own row. */
  readonly folder: boolean;
  readonly sentence: string;
}

const MESSAGE = /^\S*(?:ls|find|readlink|stat|file|busybox|toybox|exa|eza|lsd)(?:\[\d+\])?: /;
const MESSAGE_PLACE = /\/proc\/(\d+|self|thread-self)(?:\/task\/\d+)?(?:\/(fd)(\/\d+)?)?/;

/** A message that a program printed about a place in /proc, and whether the whole folder was refused. */
export function parseRefusal(text: string): Refused | null {
  if (text.length > LONGEST || !MESSAGE.test(text)) return null;
  const match = MESSAGE_PLACE.exec(text);
  if (!match) return null;
  const denied = /denied|not permitted|refus|verweigert|EACCES|EPERM|\xe6\x8b\x92/i.test(text);
  const folder = denied && match[2] === 'fd' && match[3] === undefined;
  return { pid: /^\d+$/.test(match[1]) ? Number(match[1]) : -1, folder, sentence: text };
}
