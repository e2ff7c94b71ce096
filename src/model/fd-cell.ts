/** Access of a descriptor: reading, writing, both. */
export type Access = 'r' | 'w' | 'u';

/** What an FD cell says. */
export interface FdCell {
  /** Why the file is attached: `12`, `*345`, `cwd`, `txt`, `mem`, `DEL`, `NOFD`, `pid4c` ..., as printed; null if the cell is blank. */
  readonly association: string | null;
  /** The descriptor number; null where there is none, or where lsof kept only its last three digits (`*345`). */
  readonly number: number | null;
  readonly access: Access | null;
  /** Lock letter of lsof(8), FD: `N r R w W u U x X`. */
  readonly lock: string | null;
}

const NOTHING: FdCell = { association: null, number: null, access: null, lock: null };

/**
 * A number or `*NNN`, then lsof's mode and lock characters. Either may be a space that a trimmed cell no longer has;
 * `-` stands for "mode unknown, but locked" (lsof(8), FD).
 */
const NUMBERED = /^(\*?\d+)([rwu -]?)([rRwWuUNxX ]?)$/;

/** OpenBSD and FreeBSD fstat(1) put a star behind the number of a socket or pipe: `3*`. */
const STARRED = /^(\d+)\*$/;

/** `???` is Android toolbox's word for a cell it does not know. */
const UNKNOWN = /^\?+$/;

/**
 * Takes an FD cell apart: lsof's `27uW`, `*345u`, `4-`, `cwd`; fstat's `3*`, `wd`, `text`; procstat's `jail`; lsfd's `exe`,
 * `pid4c`. Anything that is no number is an association as it stands.
 */
export function parseFdCell(cell: string): FdCell {
  const text = cell.trim();
  if (text === '' || UNKNOWN.test(text)) return NOTHING;
  const starred = STARRED.exec(text);
  const match = starred ?? NUMBERED.exec(text);
  if (!match) return { association: text, number: null, access: null, lock: null };
  const label = match[1] as string;
  return {
    association: label,
    number: label.startsWith('*') ? null : Number(label),
    access: starred ? null : accessOf(match[2] ?? ''),
    lock: starred ? null : lockOf(match[3] ?? ''),
  };
}

/**
 * Access from a mode in any spelling: lsof's `r w u`, lsfd's `rw-` (MODE) and `rw---m` (XMODE), procstat's `rwa---`,
 * the `lrwx------` of ls on /proc/PID/fd. Null when it says neither reading nor writing.
 */
export function accessOf(mode: string): Access | null {
  const letters = /^l[r-][w-]/.test(mode) ? mode.slice(1, 3) : mode.slice(0, 2);
  if (letters.startsWith('u') || letters === 'rw') return 'u';
  if (letters.startsWith('r')) return 'r';
  return letters.includes('w') ? 'w' : null;
}

/** A lock letter, or null for a blank. */
export function lockOf(lock: string): string | null {
  const text = lock.trim();
  return text === '' || text === '-' ? null : text;
}
