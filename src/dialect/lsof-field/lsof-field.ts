import { decodeText } from '../../columns/utf8.ts';
import type { RowConsumer } from '../../model/consumer.ts';
import type { Dialect, DialectParser, ParseResult, Sample } from '../dialect.ts';
import { LineLedger } from '../line/line-ledger.ts';
import { LineReader } from '../line/line-reader.ts';
import { recogniseOther } from '../line/other-line.ts';
import { Surroundings } from '../line/surroundings.ts';
import { FILE_RANK, isFieldValue, PROCESS_RANK } from './lsof-field-letter.ts';
import { FieldRows } from './lsof-field-rows.ts';

const PROCESS = 112; // p
const MARKER = 109; // m
const NAME = 110; // n
const CARET = 94; // ^
const AT = 64; // @

/** What ends a field. A NUL becomes `^@` where a terminal or `cat -v` was between. */
type Terminator = 'newline' | 'nul' | 'caret';

/** Fields in one set at most; lsof knows 31 letters, and only `T` repeats. */
const MOST_FIELDS = 64;

/** The line that begins a process set, behind what a mail, a diff or an indented block puts before each line. */
const PROCESS_LINE = /^([ \t>#|+-]*)p\d+(?:$|(\0)|(\^@))/;

const CUT = 'the input ends within a line: its last row may be cut';

class LsofFieldParser implements DialectParser {
  readonly #ledger = new LineLedger();
  readonly #surroundings: Surroundings;
  readonly #rows: FieldRows;
  readonly #reader = new LineReader((bytes, start, end, line, overlong) =>
    this.#line(bytes, start, end, line, overlong),
  );
  #terminator: Terminator = 'newline';
  #prefix = new Uint8Array(0);
  #atEnd = false;
  readonly #letters = new Uint8Array(MOST_FIELDS);
  readonly #starts = new Int32Array(MOST_FIELDS);
  readonly #ends = new Int32Array(MOST_FIELDS);
  #fields = 0;

  constructor(consumer: RowConsumer) {
    this.#surroundings = new Surroundings(consumer, this.#ledger);
    this.#rows = new FieldRows(consumer);
  }

  write(chunk: Uint8Array): void {
    this.#reader.write(chunk);
  }

  finish(): ParseResult {
    this.#atEnd = true;
    this.#reader.finish();
    const rows = this.#rows;
    rows.finish();
    if (rows.unnumbered > 0) {
      const count = rows.unnumbered === 1 ? '1 row has' : `${rows.unnumbered} rows have`;
      this.#surroundings.say(`${count} no descriptor field (f): descriptors and mappings cannot be told apart there`);
    }
    if (rows.processes > 0 && rows.rows === 0) this.#surroundings.say('the listing has process fields only, no files');
    return { lines: this.#ledger.finish(), listings: rows.listings, hidden: this.#surroundings.hidden };
  }

  #line(bytes: Uint8Array, start: number, end: number, line: number, overlong: boolean): void {
    const prefix = this.#prefix;
    let at = start;
    if (prefix.length > 0) {
      while (at < end && at - start < prefix.length && bytes[at] === prefix[at - start]) at++;
      if (at < end && at - start < prefix.length) {
        this.#odd(bytes, start, end, line);
        return;
      }
    }
    if (at === end) this.#ledger.other();
    else if (overlong || !this.#take(bytes, at, end, line)) this.#odd(bytes, start, end, line);
  }

  #take(bytes: Uint8Array, at: number, end: number, line: number): boolean {
    if (this.#terminator !== 'newline') return this.#set(bytes, at, end, line);
    const letter = bytes[at] as number;
    if (this.#atEnd && letter !== NAME) return false;
    if (!this.#field(letter, bytes, at + 1, end, line)) return false;
    if (this.#atEnd) this.#surroundings.say(CUT);
    return true;
  }

  /** A line that holds one field. */
  #field(letter: number, bytes: Uint8Array, start: number, end: number, line: number): boolean {
    if (FILE_RANK[letter] !== 0) {
      if (!isFieldValue(letter, bytes, start, end) || !this.#rows.fileField(letter, bytes, start, end, line))
        return false;
      this.#ledger.row();
      return true;
    }
    if (letter === PROCESS) {
      if (!isFieldValue(letter, bytes, start, end)) return false;
      this.#rows.process(bytes, start, end, line);
    } else if (letter === MARKER) {
      const text = decodeText(bytes, start, end);
      if (recogniseOther(`m${text}`)) return false;
      this.#rows.mark(text, line);
    } else if (!isFieldValue(letter, bytes, start, end) || !this.#rows.processField(letter, bytes, start, end)) {
      return false;
    }
    this.#ledger.other();
    return true;
  }

  /** A line that holds a whole set, each field with its terminator (`-F0`). */
  #set(bytes: Uint8Array, start: number, end: number, line: number): boolean {
    const rows = this.#rows;
    const whole = this.#split(bytes, start, end);
    const count = this.#fields;
    const letters = this.#letters;
    if (whole && count === 1 && letters[0] === MARKER) {
      rows.mark(decodeText(bytes, this.#starts[0] as number, this.#ends[0] as number), line);
      this.#ledger.other();
      return true;
    }
    let sound = whole;
    for (let i = 0; i < count && sound; i++)
      sound = isFieldValue(letters[i] as number, bytes, this.#starts[i] as number, this.#ends[i] as number);
    if (sound && letters[0] === PROCESS && rows.isProcessSet(letters, count)) {
      rows.process(bytes, this.#starts[0] as number, this.#ends[0] as number, line);
      for (let i = 1; i < count; i++)
        rows.processField(letters[i] as number, bytes, this.#starts[i] as number, this.#ends[i] as number);
      this.#ledger.other();
      return true;
    }
    if (!sound || !rows.isFileSet(letters, count)) return false;
    rows.close();
    for (let i = 0; i < count; i++)
      rows.fileField(letters[i] as number, bytes, this.#starts[i] as number, this.#ends[i] as number, line);
    this.#ledger.row();
    return true;
  }

  /** Finds the fields of a set; false if the last one lacks its terminator. */
  #split(bytes: Uint8Array, start: number, end: number): boolean {
    const caret = this.#terminator === 'caret';
    let count = 0;
    let from = start;
    for (let at = start; at < end; at++) {
      const byte = bytes[at];
      if (caret ? byte !== CARET || bytes[at + 1] !== AT || at + 1 >= end : byte !== 0) continue;
      if (count === MOST_FIELDS || at === from) return false;
      this.#letters[count] = bytes[from] as number;
      this.#starts[count] = from + 1;
      this.#ends[count] = at;
      count++;
      this.#fields = count;
      if (caret) at++;
      from = at + 1;
    }
    this.#fields = count;
    return from === end && count > 0;
  }

  /** A line that is no field where it stands: another way of writing begins here, or it is no part of the listing. */
  #odd(bytes: Uint8Array, start: number, end: number, line: number): void {
    if (this.#begins(bytes, start, end)) {
      const at = start + this.#prefix.length;
      if (this.#take(bytes, at, end, line)) return;
    }
    if (this.#surroundings.place(bytes, start, end, line)) return;
    if (this.#atEnd) this.#surroundings.say(CUT);
    if (this.#mayNameProcess(bytes, start + this.#prefix.length, end)) this.#rows.orphan();
  }

  /** Whether the line shows another prefix or terminator than the lines before; they are adopted. */
  #begins(bytes: Uint8Array, start: number, end: number): boolean {
    const head = decodeText(bytes, start, Math.min(end, start + 64));
    const match = PROCESS_LINE.exec(head);
    if (match) {
      this.#prefix = bytes.slice(start, start + (match[1] as string).length);
      this.#terminator = match[2] !== undefined ? 'nul' : match[3] !== undefined ? 'caret' : 'newline';
      return true;
    }
    if (this.#terminator !== 'newline') return false;
    // A dump that was cut at its top begins with a file set.
    const nul = bytes.indexOf(0, start);
    if (nul < 0 || nul >= end) return false;
    this.#terminator = 'nul';
    return true;
  }

  /** Whether a line that was not understood may have named a process: the rows after it are then not the last one's. */
  #mayNameProcess(bytes: Uint8Array, start: number, end: number): boolean {
    const letter = bytes[start] as number;
    if (this.#terminator !== 'newline') {
      for (let i = 0; i < this.#fields; i++) if (PROCESS_RANK[this.#letters[i] as number] !== 0) return true;
      return (
        letter === PROCESS || (this.#fields === 1 && isFieldValue(PROCESS, bytes, start + 1, this.#ends[0] as number))
      );
    }
    if (letter === PROCESS || (PROCESS_RANK[letter] !== 0 && !this.#rows.inProcess)) return true;
    return !this.#rows.inFile && isFieldValue(PROCESS, bytes, start + 1, end);
  }
}

/** Lines of the sample that are looked at. */
const LOOKED_AT = 400;

function detect(sample: Sample): number {
  const begin = sample.lines.findIndex((line) => PROCESS_LINE.test(line));
  if (begin < 0) return 0;
  const match = PROCESS_LINE.exec(sample.lines[begin] as string) as RegExpExecArray;
  const prefix = match[1] as string;
  const terminator = match[2] ?? match[3] ?? null;
  let fields = 0;
  let others = 0;
  for (const line of sample.lines.slice(begin, begin + LOOKED_AT)) {
    if (!line.startsWith(prefix)) others++;
    else if (isFieldLine(line.slice(prefix.length), terminator)) fields++;
    else if (recogniseOther(line) === null) others++;
  }
  const share = fields / (fields + others);
  return share < 0.5 ? 0 : fields === 1 ? 0.5 : Math.min(1, share + 0.05);
}

function isFieldLine(line: string, terminator: string | null): boolean {
  const field = terminator === null ? line : (line.split(terminator, 1)[0] as string);
  if (field.startsWith('m')) return true;
  const bytes = Uint8Array.from(field.slice(0, 256), (character) => character.charCodeAt(0));
  return bytes.length > 0 && isFieldValue(bytes[0] as number, bytes, 1, bytes.length);
}

/** `lsof -F` and `-F0`: one field per line, or one set per line with NUL after each field. */
export const lsofField: Dialect = {
  name: 'lsof-field',
  title: 'lsof -F or -F0: a letter and a value per field',
  detect,
  parser: (consumer) => new LsofFieldParser(consumer),
};
