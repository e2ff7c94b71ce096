import { Cell } from '../../model/row-batch.ts';
import {
  fdLabelEnd,
  isDel,
  isDevicePair,
  isFileFlag,
  isHex,
  isNoFd,
  isNumber,
  isOffset,
  isProtocol,
  isSize,
  pidOf,
  TypeTrait,
  typeTraits,
} from './grammar.ts';
import type { Layout } from './layout.ts';
import type { RowCut } from './row-cut.ts';
import { Words } from './words.ts';

/** Words that may stand between COMMAND and FD at most. */
const FARTHEST_FD = 24;

/**
 * Cuts a line by what its words are instead of where they stand: PID digits, then the first FD-shaped word that a known TYPE
 * follows, then DEVICE, SIZE/OFF and NODE by their grammar and by what this TYPE has, NAME the rest.
 * For headerless lines and for lines whose blanks were collapsed. Says nothing rather than guess.
 */
export class Anchor {
  readonly #words = new Words();
  #bytes: Uint8Array = new Uint8Array(0);

  /** Whether the line could be cut; `headed` says that the layout's columns are known from a header and not assumed. */
  cut(bytes: Uint8Array, start: number, end: number, layout: Layout, headed: boolean, cut: RowCut): boolean {
    this.#bytes = bytes;
    const words = this.#words;
    let stop = end;
    while (stop > start && (bytes[stop - 1] === 32 || bytes[stop - 1] === 9 || bytes[stop - 1] === 13)) stop--;
    words.split(bytes, start, stop);
    const farthest = Math.min(words.count, FARTHEST_FD);
    for (let fd = layout.has('user') ? 3 : 2; fd < farthest; fd++) {
      if (!this.#isAnchor(fd)) continue;
      cut.clear();
      if (!this.#front(fd, layout, headed, cut)) continue;
      return this.#back(fd, layout, stop, cut);
    }
    return false;
  }

  #isAnchor(fd: number): boolean {
    const { start, end, count } = this.#words;
    if (fdLabelEnd(this.#bytes, start[fd], end[fd]) < 0) return false;
    if (isNoFd(this.#bytes, start[fd], end[fd])) return fd + 1 < count;
    return fd + 1 < count && typeTraits(this.#bytes, start[fd + 1], end[fd + 1]) > 0;
  }

  /** COMMAND to FD. */
  #front(fd: number, layout: Layout, headed: boolean, cut: RowCut): boolean {
    const { start, end } = this.#words;
    const bytes = this.#bytes;
    let pid = -1;
    let found = 0;
    for (let word = 1; word < fd - (layout.has('user') ? 1 : 0); word++) {
      if (pidOf(bytes, start[word], end[word]) < 0) continue;
      if (!this.#middle(word + 1, fd, layout, headed, null)) continue;
      if (found++ === 0) pid = word;
      if (headed || word === 1) break;
    }
    if (found !== 1) return false;
    // A COMMAND of several words only where nothing else can be meant: lsof prints `\x20` for a blank.
    if (pid !== 1) return false;
    cut.pid = pidOf(bytes, start[pid], end[pid]);
    cut.set(Cell.command, start[0], end[0]);
    cut.set(Cell.fd, start[fd], end[fd]);
    return this.#middle(pid + 1, fd, layout, headed, cut);
  }

  /** The words between PID and FD: TID, TASKCMD, PPID, PGID and a USER that may hold blanks. */
  #middle(from: number, fd: number, layout: Layout, headed: boolean, cut: RowCut | null): boolean {
    const { start, end } = this.#words;
    const bytes = this.#bytes;
    const number = (word: number): boolean => word < fd && isNumber(bytes, start[word], end[word]);
    let at = from;
    if (!headed) {
      const between = fd - from;
      if (between < 1) return false;
      if (between > 1 && number(from)) {
        cut?.set(Cell.tid, start[at], end[at]);
        at++;
        if (fd - at > 1) {
          if (!this.#gap(at) || fd - at > 2) {
            const user = this.#rightmostGap(at, fd);
            if (user < 0) return false;
            at = user;
          } else at = fd - 1;
        }
      }
    } else {
      let fixed = layout.has('user') ? 1 : 0;
      for (const column of layout.middle) if (column.role === 'number' || column.role === 'label') fixed++;
      const spare = fd - from - fixed;
      if (spare < 0) return false;
      const task = layout.has('task');
      const threaded = layout.has('tid') && number(at) && spare >= (task ? 2 : 1);
      for (const column of layout.middle) {
        if (column.role === 'tid' || column.role === 'task') {
          if (!threaded) continue;
          if (column.role === 'tid' && !number(at)) return false;
        } else if (column.role === 'number' && !number(at)) return false;
        cut?.set(column.cell, start[at], end[at]);
        at++;
      }
    }
    if (layout.has('user')) {
      if (at >= fd) return false;
      cut?.set(Cell.user, start[at], end[fd - 1]);
      return true;
    }
    return at === fd;
  }

  /** Whether more than one blank stands in front of the word. */
  #gap(word: number): boolean {
    return this.#words.start[word] - this.#words.end[word - 1] > 1;
  }

  /** The last word in `[from, to)` with a wide gap in front: where a right-aligned USER begins. */
  #rightmostGap(from: number, to: number): number {
    for (let word = to - 1; word > from; word--) if (this.#gap(word)) return word;
    return -1;
  }

  /** TYPE to NAME. */
  #back(fd: number, layout: Layout, stop: number, cut: RowCut): boolean {
    const { start, end, count } = this.#words;
    const bytes = this.#bytes;
    const named = (word: number): boolean => {
      if (word >= count) return false;
      cut.set(Cell.name, start[word], stop);
      return true;
    };
    if (isNoFd(bytes, start[fd], end[fd])) {
      const type = typeTraits(bytes, start[fd + 1], end[fd + 1]);
      if (type > 0) cut.set(Cell.type, start[fd + 1], end[fd + 1]);
      return named(type > 0 ? fd + 2 : fd + 1);
    }
    const traits = typeTraits(bytes, start[fd + 1], end[fd + 1]);
    cut.set(Cell.type, start[fd + 1], end[fd + 1]);
    let at = fd + 2;
    if (traits & TypeTrait.bare) return named(at);
    const has = (word: number, test: (bytes: Uint8Array, start: number, end: number) => boolean): boolean =>
      word < count && test(bytes, start[word], end[word]);
    const take = (cell: number): void => {
      cut.set(cell, start[at], end[at]);
      at++;
    };
    for (const column of layout.tail) {
      if (column.role === 'address' && has(at, isHex)) take(-1);
      else if (column.role === 'count' && has(at, isNumber)) take(-1);
      else if (column.role === 'flags' && has(at, isFileFlag) && !has(at, isDevicePair)) take(column.cell);
    }
    if (layout.has('device')) {
      if (has(at, isDevicePair)) take(Cell.device);
      else if (traits & TypeTrait.numberedDevice && has(at, isNumber)) take(Cell.device);
    }
    return this.#numbers(fd, traits, layout, at, take, has) && named(this.#next(cut, at));
  }

  #next(cut: RowCut, at: number): number {
    const { start, count } = this.#words;
    let word = at;
    const done = [Cell.size, Cell.offset, Cell.links, Cell.node].map((cell) => cut.start[cell]);
    while (word < count && done.includes(start[word])) word++;
    return word;
  }

  /** SIZE/OFF, NLINK and NODE: each may be blank. */
  #numbers(
    fd: number,
    traits: number,
    layout: Layout,
    from: number,
    take: (cell: number) => void,
    has: (word: number, test: (bytes: Uint8Array, start: number, end: number) => boolean) => boolean,
  ): boolean {
    const { start, end } = this.#words;
    const bytes = this.#bytes;
    let at = from;
    const step = (cell: number): void => {
      take(cell);
      at++;
    };
    const sized = layout.has('size') || layout.has('offset');
    const links = layout.has('links');
    const node = layout.has('node');
    let numbers = 0;
    while (has(at + numbers, isNumber)) numbers++;
    const sizeCell = layout.has('offset') ? Cell.offset : Cell.size;
    if (sized && has(at, isOffset)) step(Cell.offset);
    else if (sized && !has(at, isNumber) && has(at, isSize)) step(Cell.size);
    else if (sized && !isDel(bytes, start[fd], end[fd])) {
      // Plain numbers: NODE is the last of them unless a protocol follows, SIZE the first if there is one to spare.
      const protocol = has(at + numbers, isProtocol);
      const slots = numbers + (protocol ? 1 : 0);
      const nodeless = (traits & TypeTrait.nameless) > 0 && (traits & TypeTrait.numberedDevice) === 0;
      if (numbers > 0 && (slots > 1 || (nodeless && slots === 1))) step(sizeCell);
    }
    if (links && has(at, isNumber) && (has(at + 1, isNumber) || has(at + 1, isProtocol))) step(Cell.links);
    if (node && (has(at, isNumber) || has(at, isProtocol))) step(Cell.node);
    return true;
  }
}
