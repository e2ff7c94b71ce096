import type { RowConsumer } from '../model/consumer.ts';
import { Cell } from '../model/row-batch.ts';
import { RowWriter } from '../model/row-writer.ts';
import type { Dialect, DialectParser, ParseResult, Sample } from './dialect.ts';
import { FdText } from './fd-text.ts';
import { JsonKeys } from './json/json-key.ts';
import { type JsonHandler, type JsonLine, JsonStream } from './json/json-stream.ts';
import { KeptCells } from './line/kept-cells.ts';
import { LineLedger } from './line/line-ledger.ts';
import { Surroundings } from './line/surroundings.ts';
import { lsofEscaped, needsLsofEscape } from './lsof-escape.ts';
import { ReturningProcess } from './returning-process.ts';

/** Keys of a process and the cells they fill (json_print_proc_fields in lsof's src/print.c, 4.99.7). */
const PROCESS_CELLS: readonly (readonly [string, number])[] = [
  ['pid', -1],
  ['tid', Cell.tid],
  ['task_cmd', Cell.task],
  ['zone', -1],
  ['security_context', -1],
  ['pgid', Cell.pgid],
  ['ppid', Cell.ppid],
  ['command', Cell.command],
  ['uid', Cell.uid],
  ['login', Cell.user],
];

/** Keys of a file (json_print_file). */
const FILE_CELLS: readonly (readonly [string, number])[] = [
  ['fd', -1],
  ['access', -1],
  ['lock', -1],
  ['type', Cell.type],
  ['device', Cell.device],
  ['device_number', Cell.device],
  ['raw_device', -1],
  ['size', Cell.size],
  ['offset', Cell.offset],
  ['inode', Cell.node],
  ['nlink', Cell.links],
  ['protocol', Cell.protocol],
  ['flags', Cell.flags],
  ['name', Cell.name],
];

const OTHER_KEYS = ['processes', 'files', 'tcp_info', 'state'];
const NAMES = [...PROCESS_CELLS.map(([name]) => name), ...FILE_CELLS.map(([name]) => name), ...OTHER_KEYS];
const COLUMN = [...PROCESS_CELLS, ...FILE_CELLS].map(([, column]) => column);
const KEYS = new JsonKeys(NAMES);
const FIRST_FILE_KEY = PROCESS_CELLS.length;
const FIRST_OTHER_KEY = COLUMN.length;

const [PID, FD, ACCESS, LOCK, PROCESSES, FILES, TCP, STATE] = [
  'pid',
  'fd',
  'access',
  'lock',
  'processes',
  'files',
  'tcp_info',
  'state',
].map((name) => NAMES.indexOf(name));

/** What an open object or array is. `line` is an object at the top: the envelope of `-J` or a row of `-j`. */
type Role = 'line' | 'top' | 'processes' | 'process' | 'files' | 'file' | 'tcp' | 'unknown';

class LsofJsonParser implements DialectParser, JsonHandler {
  readonly #ledger = new LineLedger();
  readonly #surroundings: Surroundings;
  readonly #writer: RowWriter;
  readonly #stream = new JsonStream(KEYS, this);
  readonly #roles: Role[] = [];
  readonly #process = new KeptCells();
  readonly #file = new KeptCells();
  readonly #fd = new FdText();
  readonly #returning = new ReturningProcess();
  /** Keys of the row so far; one that comes twice shows two rows run together. */
  readonly #seen = new Uint8Array(NAMES.length);
  #pid = -1;
  #hasFd = false;
  #fields = 0;
  #torn = false;
  #rowLine = 1;
  #rowOnLine = false;
  #listing = -1;
  #blank = false;
  #lastPid = -1;
  #nameless = 0;

  constructor(consumer: RowConsumer) {
    this.#surroundings = new Surroundings(consumer, this.#ledger);
    this.#writer = new RowWriter(consumer);
  }

  write(chunk: Uint8Array): void {
    this.#stream.write(chunk);
  }

  finish(): ParseResult {
    if (this.#stream.finish()) this.#surroundings.say('the input ends within a JSON value: its last row is missing');
    if (this.#listing < 0) this.#next(1);
    this.#writer.flush();
    if (this.#nameless > 0)
      this.#surroundings.say('lsof -J and -j leave out the addresses of internet sockets: their names are missing');
    return { lines: this.#ledger.finish(), listings: this.#listing + 1, hidden: this.#surroundings.hidden };
  }

  open(object: boolean, key: number, line: number): void {
    const role = this.#roleOf(object, key);
    this.#roles.push(role);
    if (role === 'line' || role === 'process') {
      this.#process.clear();
      this.#pid = -1;
    }
    if (role === 'line' || role === 'file') this.#begin(line);
    if (role === 'file') this.#rowOnLine = true;
    if (role === 'processes') this.#next(line);
  }

  close(): void {
    const role = this.#roles.pop();
    if (role === 'file' || (role === 'line' && this.#fields > 0)) this.#end(role === 'line');
  }

  value(key: number, bytes: Uint8Array, start: number, end: number): void {
    if (key < 0) return;
    const role = this.#roles.at(-1);
    if (role === 'tcp') {
      if (key === STATE) this.#file.cell(Cell.state, bytes, start, end);
      return;
    }
    if (key >= FIRST_OTHER_KEY) return;
    if (key < FIRST_FILE_KEY) {
      if (role === 'line' || role === 'process') this.#processField(key, bytes, start, end);
    } else if (role === 'line' || role === 'file') {
      this.#fileField(key, bytes, start, end);
    }
  }

  abandon(): void {
    this.#roles.length = 0;
  }

  line(line: number, kind: JsonLine, head: Uint8Array): void {
    const whole = kind === 'damaged' && this.#rowOnLine && this.#roles.length === 0;
    if (whole) this.#surroundings.say(`line ${line}: what stands behind its last row was not understood`);
    if (kind === 'sound' || whole) {
      if (this.#rowOnLine) this.#ledger.row();
      else this.#ledger.other();
    } else {
      this.#surroundings.place(head, 0, head.length, line);
      if (kind === 'outside' && head.length === 0) this.#blank = true;
    }
    this.#rowOnLine = this.#roles.includes('file') || (this.#roles.at(0) === 'line' && this.#fields > 0);
  }

  #roleOf(object: boolean, key: number): Role {
    const parent = this.#roles.at(-1);
    if (parent === undefined) return object ? 'line' : 'top';
    if (parent === 'top') return object ? 'line' : 'unknown';
    if (!object) {
      if (parent === 'line' && key === PROCESSES) return 'processes';
      return key === FILES && (parent === 'line' || parent === 'process') ? 'files' : 'unknown';
    }
    if (parent === 'processes') return 'process';
    if (parent === 'files') return 'file';
    return key === TCP && (parent === 'file' || parent === 'line') ? 'tcp' : 'unknown';
  }

  #processField(key: number, bytes: Uint8Array, start: number, end: number): void {
    if (key === PID) {
      let pid = 0;
      for (let at = start; at < end; at++) pid = pid * 10 + (bytes[at] as number) - 48;
      this.#pid = pid >= 0 && pid <= 0x7fffffff ? pid : -1;
      return;
    }
    this.#keep(this.#process, COLUMN[key] as number, bytes, start, end);
  }

  #fileField(key: number, bytes: Uint8Array, start: number, end: number): void {
    if (this.#seen[key] === 1) this.#torn = true;
    this.#seen[key] = 1;
    this.#fields++;
    this.#rowOnLine = true;
    if (key === FD) {
      this.#fd.label(bytes, start, end);
      this.#hasFd = true;
    } else if (key === ACCESS) {
      if (end > start) this.#fd.access(bytes[start] as number);
    } else if (key === LOCK) {
      if (end > start) this.#fd.lock(bytes[start] as number);
    } else {
      const column = COLUMN[key] as number;
      if (column !== Cell.device || !this.#file.has(column)) this.#keep(this.#file, column, bytes, start, end);
    }
  }

  /** JSON holds raw commands and names where lsof's other forms print escapes; the cell is the same for all of them. */
  #keep(cells: KeptCells, column: number, bytes: Uint8Array, start: number, end: number): void {
    if (column < 0) return;
    if ((column === Cell.name || column === Cell.command) && needsLsofEscape(bytes, start, end)) {
      const escaped = lsofEscaped(bytes, start, end);
      cells.cell(column, escaped, 0, escaped.length);
    } else {
      cells.cell(column, bytes, start, end);
    }
  }

  #begin(line: number): void {
    this.#file.clear();
    this.#fd.clear();
    this.#seen.fill(0);
    this.#hasFd = false;
    this.#torn = false;
    this.#fields = 0;
    this.#rowLine = line;
  }

  #end(alone: boolean): void {
    this.#fields = 0;
    if (this.#torn) {
      this.#surroundings.say(`line ${this.#rowLine}: rows that damage has run together were left out`);
      return;
    }
    if (alone) this.#place();
    if (this.#listing < 0) this.#next(this.#rowLine);
    this.#process.stand(Cell.user, Cell.uid);
    if (this.#pid < 0)
      this.#surroundings.say('rows name no process where its id is missing or comes after its files (sorted keys)');
    this.#writer.begin(this.#rowLine, this.#pid);
    this.#process.write(this.#writer);
    this.#file.write(this.#writer);
    if (this.#hasFd) {
      this.#fd.finish();
      this.#writer.cell(Cell.fd, this.#fd.bytes, 0, this.#fd.length);
    }
    if (!this.#file.has(Cell.name) && this.#file.has(Cell.protocol)) this.#nameless++;
    this.#writer.end();
  }

  /** Decides whether a row of `-j` begins a listing: after a blank line, or where a process returns with its first row. */
  #place(): void {
    if (this.#blank) {
      if (this.#pid !== this.#lastPid) this.#returning.clear();
      else this.#returning.pause();
    }
    const back = this.#returning.isBack(this.#pid, FD as number, this.#fd.bytes, 0, this.#fd.length);
    if (this.#listing < 0 || back || (this.#blank && this.#pid !== this.#lastPid)) this.#next(this.#rowLine);
    this.#blank = false;
    this.#lastPid = this.#pid;
  }

  #next(line: number): void {
    this.#writer.listing(++this.#listing, line);
  }
}

/** Characters of the first object that are looked at. */
const LOOKED_AT = 4096;

function detect(sample: Sample): number {
  const begin = sample.text.indexOf('{');
  if (begin < 0) return 0;
  if (sample.text.includes('"lsof_version"')) return 1;
  const object = sample.text.slice(begin, begin + LOOKED_AT);
  const has = (key: string) => object.includes(`"${key}"`);
  // `assoc` is lsfd's, `listing` that of this program's own export.
  if (has('assoc') || has('listing') || has('lsfd')) return 0;
  return has('pid') && (has('fd') || has('files')) && (has('type') || has('name')) ? 0.9 : 0;
}

/** `lsof -J` (one document) and `lsof -j` (one object per file). */
export const lsofJson: Dialect = {
  name: 'lsof-json',
  title: 'lsof -J or -j: JSON, JSON Lines',
  detect,
  parser: (consumer) => new LsofJsonParser(consumer),
};
