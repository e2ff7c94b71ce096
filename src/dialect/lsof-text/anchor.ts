import { Cell } from '../../model/row-batch.ts';
import { fdLabelEnd, isElision, isNoFd, isNumber, isNumberedWord, isUserWord, pidOf, typeTraits } from './grammar.ts';
import type { Layout } from './layout.ts';
import { splitProtocol } from './protocol.ts';
import type { RowCut } from './row-cut.ts';
import { Tail } from './tail.ts';
import { Words } from './words.ts';

/** Words that may stand in front of FD at most. */
const FARTHEST_FD = 20;
const SLASH = 47;

/**
 * Cuts a line by what its words are instead of where they stand: COMMAND, PID digits, then the first FD-shaped word that a
 * known TYPE follows, then DEVICE, SIZE/OFF and NODE by their grammar and by what this TYPE has, NAME the rest.
 * For headerless lines and for lines whose blanks were collapsed. Says nothing rather than guess.
 */
export class Anchor {
  readonly #words = new Words();
  readonly #tail = new Tail(this.#words);

  /** Whether the line could be cut; `headed` says that the layout's columns are those of a header and not assumed. */
  cut(bytes: Uint8Array, start: number, end: number, layout: Layout, headed: boolean, cut: RowCut): boolean {
    const words = this.#words;
    words.split(bytes, start, end);
    const farthest = Math.min(words.count - 1, FARTHEST_FD);
    for (let fd = layout.has('user') && headed ? 3 : 2; fd < farthest; fd++) {
      if (!this.#isFd(fd)) continue;
      cut.clear();
      if (!this.#process(fd, layout, headed, cut)) continue;
      cut.set(Cell.fd, words.start[fd], words.end[fd]);
      if (!this.#tail.cut(fd, layout, headed, cut) || !(headed || this.#isTold(fd, cut))) return false;
      splitProtocol(bytes, cut);
      return true;
    }
    return false;
  }

  #isFd(word: number): boolean {
    const { bytes, start, end } = this.#words;
    if (fdLabelEnd(bytes, start[word], end[word]) < 0) return false;
    return isNoFd(bytes, start[word], end[word]) || typeTraits(bytes, start[word + 1], end[word + 1]) > 0;
  }

  /**
   * Whether a line without header says more than that a number is followed by a word or four digits that are a TYPE too, as
   * prose and tables of numbers do: FD has its mode or is an association, DEVICE is there, or NAME is a path.
   */
  #isTold(fd: number, cut: RowCut): boolean {
    const { bytes } = this.#words;
    if (cut.start[Cell.device] >= 0) return true;
    if (cut.start[Cell.command] < 0) return false;
    return !this.#words.is(fd, isNumber) || bytes[cut.start[Cell.name]] === SLASH;
  }

  /** COMMAND, PID and what stands between PID and FD. lsof prints no blank in COMMAND, so it is one word. */
  #process(fd: number, layout: Layout, headed: boolean, cut: RowCut): boolean {
    const { bytes, start, end } = this.#words;
    if (fd === 2 && layout.has('user')) return this.#withoutCommand(cut);
    cut.pid = pidOf(bytes, start[1], end[1]);
    if (cut.pid < 0) return false;
    // `12:node`: a line number of grep in front, or not. A header would have told.
    if (!headed && this.#words.is(0, isNumberedWord)) return false;
    cut.pidEnd = end[1];
    cut.set(Cell.command, start[0], end[0]);
    return headed ? this.#headed(fd, layout, cut) : this.#headerless(fd, cut);
  }

  /** `PID USER` alone, where COMMAND was cut off or lsof could not read it: a USER of digits could be the PID of a COMMAND. */
  #withoutCommand(cut: RowCut): boolean {
    const words = this.#words;
    const { bytes, start, end } = words;
    cut.pid = pidOf(bytes, start[0], end[0]);
    if (cut.pid < 0 || words.is(1, isNumber) || !words.is(1, isUserWord)) return false;
    cut.pidEnd = end[0];
    cut.set(Cell.user, start[1], end[1]);
    return true;
  }

  /** TID, TASKCMD, PPID, PGID as the header says, of which a main thread's row has no TID and TASKCMD; USER may hold blanks. */
  #headed(fd: number, layout: Layout, cut: RowCut): boolean {
    const plain = this.#middle(fd, layout, false);
    const threaded = layout.has('tid') && this.#middle(fd, layout, true);
    if (plain === threaded) return false;
    const { start, end } = this.#words;
    let at = 2;
    for (const column of layout.middle) {
      if (!threaded && (column.role === 'tid' || column.role === 'task')) continue;
      cut.set(column.cell, start[at], end[at]);
      at++;
    }
    if (layout.has('user')) cut.set(Cell.user, start[at], end[fd - 1]);
    return true;
  }

  #middle(fd: number, layout: Layout, threaded: boolean): boolean {
    const words = this.#words;
    let at = 2;
    for (const column of layout.middle) {
      const thread = column.role === 'tid' || column.role === 'task';
      if (thread && !threaded) continue;
      if (at >= fd || (column.role !== 'task' && column.role !== 'label' && !words.is(at, isNumber))) return false;
      at++;
    }
    if (!layout.has('user')) return at === fd;
    return this.#isUser(at, fd);
  }

  /** A USER of one word is any; of several, words that no number and no path is among, one blank between each. */
  #isUser(from: number, to: number): boolean {
    if (from >= to) return false;
    if (to - from === 1) return !this.#words.is(from, isElision);
    for (let word = from; word < to; word++) {
      if (!this.#words.is(word, isUserWord) || (word > from && this.#words.gap(word) > 1)) return false;
    }
    return true;
  }

  /** Without a header: nothing, TID, TID TASKCMD, PPID or PGID may stand between PID and USER, told by their number. */
  #headerless(fd: number, cut: RowCut): boolean {
    const words = this.#words;
    const { start, end } = words;
    let user = fd - 1;
    if (!words.is(2, isNumber) || fd === 3) user = 2;
    else {
      const extra = fd - 3;
      if (extra > 4 || (extra > 2 && !words.is(4, isNumber)) || (extra > 3 && !words.is(5, isNumber))) return false;
      // A word and one blank more may be a USER of two words as well as TASKCMD and USER.
      const named = extra === 2 && !words.is(3, isNumber);
      if (named && words.gap(user) === 1 && this.#isAligned(fd)) return false;
      if (extra === 1 || named) cut.set(Cell.tid, start[2], end[2]);
      if (named) cut.set(Cell.task, start[3], end[3]);
    }
    if (!this.#isUser(user, fd)) return false;
    cut.set(Cell.user, start[user], end[fd - 1]);
    return true;
  }

  /** Whether runs of blanks are still there. */
  #isAligned(fd: number): boolean {
    for (let word = 1; word <= fd + 1; word++) if (this.#words.gap(word) > 2) return true;
    return false;
  }
}
