import { type Header, parseHeader } from './header.ts';
import { type Piece, sizeOf } from './piece.ts';
import { TabExpansion } from './tabs.ts';
import type { WidestLine } from './wrap-width.ts';

/** Longest line in which a header is looked for. */
const HEADER_BYTES = 2048;
/** Lines a header may be wrapped over. */
const PIECES = 5;

/** A header found, and over how many lines it was wrapped at which width. */
export interface FoundHeader {
  readonly header: Header;
  readonly lines: number;
  /** Terminal columns of its first line if it was wrapped, else 0. */
  readonly width: number;
}

/** Finds headers: plain, with tabs, or wrapped over lines. */
export class HeaderReader {
  readonly #tabs = new TabExpansion();
  #head = '';
  #pieces = 0;
  #width = 0;
  #eaten = false;

  /** Whether the first lines of a wrapped header wait for the rest. */
  get open(): boolean {
    return this.#pieces > 0;
  }

  /** Forgets a header that was begun; returns how many lines it had. */
  drop(): number {
    const pieces = this.#pieces;
    this.#pieces = 0;
    return pieces;
  }

  /** Reads a line: a header, `begun` if it may be the first part of one, or null. */
  read(piece: Piece, widest: WidestLine): FoundHeader | 'begun' | null {
    const { bytes, start, end } = piece;
    if (end - start > HEADER_BYTES) return null;
    if (this.#pieces > 0) return this.#more(piece, widest);
    if (!hasTitle(bytes, start, end)) return null;
    const text = this.#text(piece);
    const header = parseHeader(text);
    if (header?.complete) return { header, lines: 1, width: 0 };
    if (!parseHeader(text, true)) return header ? { header, lines: 1, width: 0 } : null;
    this.#head = text;
    this.#eaten = false;
    this.#pieces = 1;
    this.#width = sizeOf(piece).columns;
    return 'begun';
  }

  #more(piece: Piece, widest: WidestLine): FoundHeader | 'begun' | null {
    let rest = this.#text(piece);
    const first = parseHeader(this.#head, true);
    const begin = this.#head.slice(0, first?.lead ?? 0);
    const lead = begin.trim() !== '' && rest.startsWith(begin) ? begin : '';
    rest = rest.slice(lead.length);
    const full = this.#pieces * (widest.columns - lead.length) + lead.length;
    const plain = parseHeader(this.#head + rest);
    const spaced = parseHeader(`${this.#head.trimEnd()} ${rest.trimStart()}`);
    const header = plain?.complete ? plain : spaced;
    if (header?.complete) {
      // A break inside a title lost nothing, nor did one at full width, nor one in front of NAME, one blank after NODE.
      const whole = header === plain ? !spaced?.complete || this.#head.length >= full : rest.trim() === 'NAME';
      return {
        header: whole && !this.#eaten ? header : { ...header, collapsed: true },
        lines: this.drop() + 1,
        width: this.#width,
      };
    }
    if (this.#pieces >= PIECES) return null;
    const longer = [this.#head + rest, `${this.#head.trimEnd()} ${rest.trimStart()}`].find((text) =>
      parseHeader(text, true),
    );
    if (longer === undefined) return null;
    // Blanks were eaten where the titles only fit together with one between them.
    if (longer !== this.#head + rest) this.#eaten = true;
    this.#head = longer;
    this.#pieces++;
    return 'begun';
  }

  /** A header begun and never completed: what there is of it, if that is enough to read rows by. */
  partial(): Header | null {
    const header = parseHeader(this.#head) ?? parseHeader(this.#head, true);
    return header?.titles.includes(' FD TYPE') ? header : null;
  }

  #text({ bytes, start, end }: Piece): string {
    if (this.#tabs.expand(bytes, start, end))
      return Buffer.from(this.#tabs.bytes.buffer, 0, this.#tabs.length).toString('latin1');
    return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
  }
}

/** Bit that tells ASCII letters of one case from the other. */
const LOWER = 0x20;

/** Whether `COMMA` stands in the line, in either case: a header's first title. */
function hasTitle(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at + 7 <= end; at++) {
    if (
      (bytes[at] | LOWER) === 99 &&
      (bytes[at + 1] | LOWER) === 111 &&
      (bytes[at + 2] | LOWER) === 109 &&
      (bytes[at + 3] | LOWER) === 109 &&
      (bytes[at + 4] | LOWER) === 97
    )
      return true;
  }
  return false;
}
