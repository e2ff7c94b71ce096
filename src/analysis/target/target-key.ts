import { unescapeInto } from '../../model/escape.ts';
import type { PatternBuffer } from '../../model/path-pattern.ts';
import { appendDeleted, foldTarget, keepTarget, patternBuffer } from '../../model/pattern.ts';
import type { TargetRange } from '../../model/target.ts';
import { PREFIX } from './target-patterns.ts';

const SLASH = 0x2f;
const BACKSLASH = 0x5c;

/** Bytes `[start, end)` of a name. */
export interface Span {
  bytes: Uint8Array;
  start: number;
  end: number;
}

/** Makes the key of a target: class, type and pattern, or the name itself where names are counted one by one. */
export class TargetKey {
  /** The key of the target folded last. */
  readonly key: PatternBuffer = patternBuffer();
  readonly #exact: boolean;
  readonly #span: Span = { bytes: new Uint8Array(0), start: 0, end: 0 };
  #plain = new Uint8Array(256);

  constructor(exact: boolean) {
    this.#exact = exact;
  }

  /** Folds a target into `key`; returns its name with escapes undone. */
  fold(range: TargetRange, start: number, end: number, code: number, type: number): Span {
    const { key } = this;
    const { bytes } = range;
    key.bytes[0] = code;
    key.bytes[1] = type;
    // Most paths hold no escape, which folding sees on its way.
    let name = setSpan(this.#span, bytes, start, end);
    if (this.#exact || bytes[start] !== SLASH) name = this.decoded(range, start, end);
    if (this.#foldInto(name, range.deleted) && range.escaped && name.bytes === bytes) {
      name = this.decoded(range, start, end);
      this.#foldInto(name, range.deleted);
    }
    return name;
  }

  /** Whether the pattern of the target folded last is its name. */
  isName({ bytes, start, end }: Span): boolean {
    const { key } = this;
    if (key.length - PREFIX !== end - start) return false;
    for (let i = 0; i < end - start; i++) if (key.bytes[PREFIX + i] !== bytes[start + i]) return false;
    return true;
  }

  /** A target's name with lsof's escapes undone. Valid until the next call. */
  decoded({ bytes, escaped }: TargetRange, start: number, end: number): Span {
    if (!escaped || !holdsBackslash(bytes, start, end)) return setSpan(this.#span, bytes, start, end);
    if (this.#plain.length < end - start) this.#plain = new Uint8Array((end - start) * 2);
    return setSpan(this.#span, this.#plain, 0, unescapeInto(bytes, start, end, this.#plain));
  }

  /** Writes the pattern behind the prefix; returns whether the name holds a backslash. */
  #foldInto({ bytes, start, end }: Span, deleted: boolean): boolean {
    const { key } = this;
    let backslash = false;
    key.length = PREFIX;
    if (end > start) {
      if (this.#exact) keepTarget(bytes, start, end, key);
      else backslash = foldTarget(bytes, start, end, key);
      if (deleted) appendDeleted(key);
    }
    return backslash;
  }
}

function setSpan(span: Span, bytes: Uint8Array, start: number, end: number): Span {
  span.bytes = bytes;
  span.start = start;
  span.end = end;
  return span;
}

function holdsBackslash(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] === BACKSLASH) return true;
  return false;
}
