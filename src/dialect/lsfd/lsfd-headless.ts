import { fitsLsfdColumn, LSFD_COLUMNS, lsfdColumn } from './lsfd-column.ts';
import { fromLsfdText, toLsfdText } from './lsfd-escape.ts';
import type { LsfdRow } from './lsfd-row.ts';

/**
 * A row of lsfd's default columns without its header (`-n`): `COMMAND PID [TID] USER ASSOC MODE TYPE SOURCE MNTID INODE NAME`.
 * ASSOC and MODE side by side are like nothing else, so the columns behind them are certain.
 */
const ROW =
  /^(\S.*?) +(\d+|exe|cwd|rtd|mem|shm|pidfs|cgroup|ipc|mnt|net|pid4?c?|time|time4c|user|uts) +([r?-][w?-][x?-](?:[D?-][Ll?-][m?-])?) +(\w\S*) +([\w.-]\S*) +(\d+) +(\d+)(?: (.*))?$/;

/** A mode between blanks: without one the costly pattern need not be tried. */
const MODE = / [r?-][w?-][x?-](?: |[D?-][Ll?-][m?-] )/;
const LONGEST = 8192;

const TITLES = ['ASSOC', 'MODE', 'TYPE', 'SOURCE', 'MNTID', 'INODE', 'NAME'].map(lsfdColumn);
const [COMMAND, PID, TID, USER] = ['COMMAND', 'PID', 'TID', 'USER'].map(lsfdColumn) as [number, number, number, number];

/** Reads rows whose columns can be known without a header; any other line is none. */
export class LsfdHeadless {
  /**
   * Whether the rows have a TID (`-l`): yes once a row shows the same number twice before its user, as the first thread
   * of a process does; never once a row had one number.
   */
  #threads: boolean | null = null;

  read(line: string, row: LsfdRow): boolean {
    const match = line.length < LONGEST && MODE.test(line) ? ROW.exec(line) : null;
    if (!match) return false;
    row.clear();
    if (!this.#process(match[1] as string, row)) return false;
    for (const [i, column] of TITLES.entries()) {
      const cell = toLsfdText(fromLsfdText(match[i + 2] ?? ''));
      const known = LSFD_COLUMNS[column];
      if (!known || !fitsLsfdColumn(known, cell)) return false;
      row.set(column, cell);
    }
    return true;
  }

  /** `COMMAND PID [TID] USER`: a command may hold blanks and numbers, so more than one reading is no reading. */
  #process(text: string, row: LsfdRow): boolean {
    const words = [...text.matchAll(/\S+/g)].map((word) => ({ text: word[0], at: word.index }));
    const numbers = words.flatMap((word, i) => (i > 0 && /^\d+$/.test(word.text) ? [i] : []));
    const last = words.length - 1;
    const first = numbers[0] ?? -1;
    const paired = numbers.length === 2 && numbers[1] === first + 1 && first + 1 < last;
    if (paired && this.#threads === null && words[first]?.text === words[first + 1]?.text) this.#threads = true;
    let pid = -1;
    let tid = -1;
    if (paired && this.#threads) {
      pid = first;
      tid = first + 1;
    } else if ((words.length === 3 && first === 1) || (numbers.length === 1 && first < last)) {
      pid = first;
      this.#threads ??= false;
    } else {
      return false;
    }
    const user = words[Math.max(pid, tid) + 1];
    const pidWord = words[pid];
    if (!user || !pidWord) return false;
    const put = (column: number, cell: string) => row.set(column, toLsfdText(fromLsfdText(cell)));
    put(COMMAND, text.slice(0, pidWord.at).replace(/ +$/, ''));
    put(PID, pidWord.text);
    if (tid > 0) put(TID, words[tid]?.text ?? '');
    put(USER, text.slice(user.at));
    return true;
  }
}
