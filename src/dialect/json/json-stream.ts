import type { JsonKeys } from './json-key.ts';
import { JsonText } from './json-text.ts';

/** Bytes of a line that are kept to show it if it cannot be understood. */
const HEAD_BYTES = 4096;
/** Nesting beyond this is no lister's. */
const DEEPEST = 32;

const NEWLINE = 10;
const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const BACKSLASH = 92;
const OPEN_ARRAY = 91;
const CLOSE_ARRAY = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/** What a line turned out to be: wholly outside JSON values, wholly understood, or broken off somewhere. */
export type JsonLine = 'outside' | 'sound' | 'damaged';

/** Receives the pieces of JSON values as they come. Keys are numbers of the stream's `JsonKeys`, -1 for others and in arrays. */
export interface JsonHandler {
  /** An object or array begins; `line` is where. */
  open(object: boolean, key: number, line: number): void;
  /** The innermost object or array ends. */
  close(): void;
  /** A string (escapes decoded), number, `true`, `false` or `null`; the bytes are reused after the call. */
  value(key: number, bytes: Uint8Array, start: number, end: number, string: boolean): void;
  /** All that is open is given up: it cannot be continued. */
  abandon(): void;
  /** A line has ended; `head` holds its first bytes. */
  line(line: number, kind: JsonLine, head: Uint8Array): void;
}

type State = 'outside' | 'skip' | 'value' | 'first' | 'key' | 'colon' | 'after' | 'resumed' | 'string' | 'literal';

/**
 * Reads a stream of JSON values, among lines that are none, and holds no more of it than one string: a listing of a
 * gigabyte is often one line. What cannot be read is skipped to the line's end, and reading goes on there.
 */
export class JsonStream {
  readonly #handler: JsonHandler;
  readonly #keys: JsonKeys;
  #state: State = 'outside';
  #line = 1;
  #any = false;
  #kind: JsonLine = 'outside';
  readonly #head = new Uint8Array(HEAD_BYTES);
  #headLength = 0;
  /** For each open container, whether it is an object. */
  readonly #stack: boolean[] = [];
  /** Line on which the outermost open value began. */
  #valueLine = 0;
  #key = -1;
  #isKey = false;
  readonly #text = new JsonText();

  constructor(keys: JsonKeys, handler: JsonHandler) {
    this.#keys = keys;
    this.#handler = handler;
  }

  write(chunk: Uint8Array): void {
    const end = chunk.length;
    let headFrom = 0;
    for (let at = 0; at < end; ) {
      if (chunk[at] === NEWLINE) {
        this.#keepHead(chunk, headFrom, at);
        this.#endLine();
        headFrom = ++at;
        continue;
      }
      this.#any = true;
      at = this.#step(chunk, at, end);
    }
    this.#keepHead(chunk, headFrom, end);
  }

  /** Ends the input; returns whether a value was still open. */
  finish(): boolean {
    const open = this.#stack.length > 0 || this.#state === 'string' || this.#state === 'literal';
    if (open) this.#damage();
    if (this.#any) this.#endLine();
    if (open) this.#handler.abandon();
    return open;
  }

  /** Takes at least one byte that is no line end, and returns where to go on. */
  #step(chunk: Uint8Array, at: number, end: number): number {
    const byte = chunk[at] as number;
    switch (this.#state) {
      case 'string':
        return this.#string(chunk, at, end);
      case 'literal':
        return this.#literal(chunk, at, end);
      case 'skip':
        return lineEnd(chunk, at, end);
    }
    if (byte === 32 || byte === 9 || byte === 13) return at + 1;
    switch (this.#state) {
      case 'outside':
        if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
          this.#valueLine = this.#line;
          this.#open(byte);
        } else if (this.#kind === 'outside') {
          if (this.#line > 1 || !isByteOrderMark(byte)) this.#state = 'skip';
        } else {
          this.#damage();
        }
        return at + 1;
      case 'first':
        if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) return this.#close(byte, at);
        this.#state = this.#stack.at(-1) ? 'key' : 'value';
        return at;
      case 'resumed':
        if (byte === COMMA) return at + 1;
        // Of a torn `},{` only the tail may be left.
        if (byte === CLOSE_OBJECT && this.#stack.at(-1) === false) return at + 1;
        if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) return this.#close(byte, at);
        this.#key = -1;
        this.#state = this.#stack.at(-1) ? 'key' : 'value';
        return at;
      case 'key':
        if (byte !== QUOTE) return this.#damage(at + 1);
        this.#beginString(true);
        return at + 1;
      case 'colon':
        if (byte !== COLON) return this.#damage(at + 1);
        this.#state = 'value';
        return at + 1;
      case 'after':
        if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) return this.#close(byte, at);
        if (byte !== COMMA) return this.#damage(at + 1);
        this.#key = -1;
        this.#state = this.#stack.at(-1) ? 'key' : 'value';
        return at + 1;
      default:
        return this.#value(byte, at);
    }
  }

  #value(byte: number, at: number): number {
    if (byte === QUOTE) {
      this.#beginString(false);
      return at + 1;
    }
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      this.#open(byte);
      return at + 1;
    }
    if (!isLiteral(byte)) return this.#damage(at + 1);
    this.#text.clear();
    this.#state = 'literal';
    return at;
  }

  #beginString(isKey: boolean): void {
    this.#isKey = isKey;
    this.#text.clear();
    this.#state = 'string';
  }

  #string(chunk: Uint8Array, from: number, end: number): number {
    const text = this.#text;
    let at = from;
    while (text.escaping) {
      if (at === end) return at;
      if (chunk[at] === NEWLINE || !text.escape(chunk[at] as number)) return this.#damage(at);
      at++;
    }
    const start = at;
    while (at < end) {
      const byte = chunk[at];
      if (byte === QUOTE) {
        if (text.length === 0 && !text.cut) {
          text.end();
          if (text.length === 0) {
            this.#endString(chunk, start, at);
            return at + 1;
          }
        }
        text.append(chunk, start, at);
        text.end();
        this.#endString(text.bytes, 0, text.length);
        return at + 1;
      }
      if (byte === NEWLINE) return this.#damage(at);
      if (byte === BACKSLASH) {
        text.append(chunk, start, at);
        text.beginEscape();
        return at + 1;
      }
      at++;
    }
    text.append(chunk, start, at);
    return at;
  }

  #endString(bytes: Uint8Array, start: number, end: number): void {
    if (this.#text.cut) {
      this.#damage();
    } else if (this.#isKey) {
      this.#key = this.#keys.find(bytes, start, end);
      this.#state = 'colon';
    } else {
      this.#handler.value(this.#key, bytes, start, end, true);
      this.#state = 'after';
    }
  }

  #literal(chunk: Uint8Array, from: number, end: number): number {
    let at = from;
    while (at < end && isLiteral(chunk[at] as number)) at++;
    this.#text.append(chunk, from, at);
    if (at < end) this.#endLiteral();
    return at;
  }

  #endLiteral(): void {
    this.#handler.value(this.#key, this.#text.bytes, 0, this.#text.length, false);
    this.#state = 'after';
  }

  #open(byte: number): void {
    this.#kind = this.#kind === 'damaged' ? 'damaged' : 'sound';
    if (this.#stack.length === DEEPEST) {
      this.#damage();
      return;
    }
    const object = byte === OPEN_OBJECT;
    this.#handler.open(object, this.#stack.length > 0 ? this.#key : -1, this.#line);
    this.#stack.push(object);
    this.#key = -1;
    this.#state = 'first';
  }

  #close(byte: number, at: number): number {
    if (this.#stack.at(-1) !== (byte === CLOSE_OBJECT)) return this.#damage(at + 1);
    this.#stack.pop();
    this.#handler.close();
    this.#state = this.#stack.length === 0 ? 'outside' : 'after';
    return at + 1;
  }

  /** The rest of the line is not understood. */
  #damage(at = 0): number {
    this.#kind = 'damaged';
    this.#state = 'skip';
    return at;
  }

  #endLine(): void {
    if (this.#state === 'literal') this.#endLiteral();
    else if (this.#state === 'string') this.#damage();
    this.#handler.line(this.#line++, this.#kind, this.#head.subarray(0, this.#headLength));
    if (this.#state === 'skip') this.#resume();
    this.#kind = this.#stack.length === 0 ? 'outside' : 'sound';
    this.#headLength = 0;
    this.#any = false;
  }

  /** After a damaged line: a value of one line is lost, in one of many lines the next line is the next member. */
  #resume(): void {
    if (this.#stack.length > 0 && this.#valueLine === this.#line - 1) {
      this.#stack.length = 0;
      this.#handler.abandon();
    }
    this.#state = this.#stack.length === 0 ? 'outside' : 'resumed';
  }

  #keepHead(chunk: Uint8Array, start: number, end: number): void {
    const count = Math.min(end - start, HEAD_BYTES - this.#headLength);
    if (count <= 0) return;
    this.#head.set(chunk.subarray(start, start + count), this.#headLength);
    this.#headLength += count;
  }
}

function lineEnd(chunk: Uint8Array, at: number, end: number): number {
  const newline = chunk.indexOf(NEWLINE, at);
  return newline < 0 ? end : newline;
}

function isByteOrderMark(byte: number): boolean {
  return byte === 0xef || byte === 0xbb || byte === 0xbf;
}

function isLiteral(byte: number): boolean {
  return (
    (byte >= 48 && byte <= 57) ||
    (byte >= 97 && byte <= 122) ||
    byte === 45 ||
    byte === 43 ||
    byte === 46 ||
    byte === 69
  );
}
