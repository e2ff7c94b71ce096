import { Cell } from '../../model/row-batch.ts';
import {
  isDel,
  isDevicePair,
  isElision,
  isFileFlag,
  isHex,
  isNameWord,
  isNoFd,
  isNumber,
  isOffset,
  isPlaceholder,
  isProtocol,
  isSize,
  TypeTrait,
  typeTraits,
} from './grammar.ts';
import type { Layout } from './layout.ts';
import type { RowCut } from './row-cut.ts';
import type { Words } from './words.ts';

/** Reads what follows FD by grammar: TYPE, the optional columns, DEVICE, SIZE/OFF, NLINK, NODE, and NAME. */
export class Tail {
  readonly #words: Words;
  #at = 0;

  constructor(words: Words) {
    this.#words = words;
  }

  cut(fd: number, layout: Layout, headed: boolean, cut: RowCut): boolean {
    const words = this.#words;
    const { bytes, start, end } = words;
    const traits = typeTraits(bytes, start[fd + 1], end[fd + 1]);
    this.#at = fd + 1;
    if (isNoFd(bytes, start[fd], end[fd])) {
      if (traits > 0) this.#take(Cell.type, cut);
      return this.#name(cut, traits);
    }
    this.#take(Cell.type, cut);
    if (traits & TypeTrait.bare && !words.is(this.#at, isDevicePair)) return this.#name(cut, traits);
    const elided = words.is(this.#at, isElision);
    const has = (role: 'flags' | 'links' | 'device' | 'node'): boolean => !headed || layout.has(role);
    const sized = !headed || layout.has('size') || layout.has('offset');
    this.#structure(layout, has('flags'), cut);
    if (has('device') && !this.#skip()) this.#device(traits, cut);
    const deleted = isDel(bytes, start[fd], end[fd]);
    if (sized && !deleted && !this.#skip())
      this.#size(traits, has('node'), layout.has('offset') ? Cell.offset : Cell.size, cut);
    if (has('links') && words.is(this.#at, isNumber) && (!has('node') || this.#nodeAt(this.#at + 1)))
      this.#take(Cell.links, cut);
    if (has('node') && this.#nodeAt(this.#at)) this.#take(Cell.node, cut);
    else if (has('node')) this.#skip();
    if (traits & TypeTrait.protocol && cut.start[Cell.node] < 0 && !elided) return false;
    return this.#name(cut, traits);
  }

  #take(cell: number, cut: RowCut): void {
    cut.set(cell, this.#words.start[this.#at], this.#words.end[this.#at]);
    this.#at++;
  }

  /** Reads past a word that somebody put in a cell's place (`*`, `…`), if more follows. */
  #skip(): boolean {
    if (this.#at + 1 >= this.#words.count || !this.#words.is(this.#at, isPlaceholder)) return false;
    this.#at++;
    return true;
  }

  #nodeAt(word: number): boolean {
    return this.#words.is(word, isNumber) || this.#words.is(word, isProtocol);
  }

  /** FILE-ADDR, FCT, FILE-FLAG, NODE-ID: each may be blank. */
  #structure(layout: Layout, flags: boolean, cut: RowCut): void {
    const words = this.#words;
    for (const column of layout.tail) {
      if (column.role === 'address' && words.is(this.#at, isHex)) this.#take(-1, cut);
      else if (column.role === 'count' && words.is(this.#at, isNumber)) this.#take(-1, cut);
    }
    if (flags && words.is(this.#at, isFileFlag) && !words.is(this.#at, isDevicePair)) this.#take(Cell.flags, cut);
  }

  #device(traits: number, cut: RowCut): void {
    const words = this.#words;
    if (words.is(this.#at, isDevicePair)) this.#take(Cell.device, cut);
    else if (words.is(this.#at, isMajor) && words.is(this.#at + 1, isNumber)) {
      // `23,   0`: lsof before 4.50 padded the minor number.
      cut.set(Cell.device, words.start[this.#at], words.end[this.#at + 1]);
      this.#at += 2;
    } else if (traits & TypeTrait.numberedDevice && words.is(this.#at, isNumber)) {
      // The socket's own number, unless it is what NODE holds and DEVICE is blank (toybox, behind its SIZE/OFF).
      const next = this.#at + 1;
      if (words.is(next, isOffset) || words.is(next, isNumber) || words.is(next, isProtocol))
        this.#take(Cell.device, cut);
    }
  }

  /** SIZE/OFF. Of plain numbers the last is NODE unless a protocol follows, the first is SIZE if there is one to spare. */
  #size(traits: number, node: boolean, plain: number, cut: RowCut): void {
    const words = this.#words;
    if (words.is(this.#at, isOffset)) {
      this.#take(Cell.offset, cut);
      return;
    }
    if (!words.is(this.#at, isNumber)) {
      if (words.is(this.#at, isSize)) this.#take(Cell.size, cut);
      return;
    }
    const nodeless = !node || (traits & TypeTrait.nodeless) > 0;
    const elided = words.is(this.#at + 1, isElision) && this.#at + 2 < words.count;
    if (nodeless || elided || this.#nodeAt(this.#at + 1)) this.#take(plain, cut);
  }

  #name(cut: RowCut, traits: number): boolean {
    const words = this.#words;
    const at = this.#at;
    // A number, device or offset where NAME should begin is a cell that found no column, or a line cut short.
    const elided = at === words.count - 1 && cut.start[Cell.node] >= 0 && words.is(at, isElision);
    if (at >= words.count || !(elided || words.is(at, isNameWord))) return false;
    if (traits & TypeTrait.inet && !isAddress(words.bytes, words.start[at], words.stop)) return false;
    cut.set(Cell.name, words.start[at], words.stop);
    return true;
  }
}

/** An address with its port, or one of the notes that stand in its place. */
function isAddress(bytes: Uint8Array, start: number, end: number): boolean {
  let text = '';
  for (let at = start; at < Math.min(end, start + 200); at++) text += String.fromCharCode(bytes[at]);
  return /[:*]/.test(text) || /^(?:no |can't |unknown|network |->|\()/.test(text) || /^(?:\d+\.){3}\d+/.test(text);
}

/** `23,`: a major device number whose minor one follows after blanks. */
function isMajor(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start > 1 && bytes[end - 1] === 44 && isNumber(bytes, start, end - 1);
}
