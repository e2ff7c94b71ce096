import { Buffer } from 'node:buffer';
import type { RowConsumer } from '../../model/consumer.ts';
import { Cell } from '../../model/row-batch.ts';
import { RowWriter } from '../../model/row-writer.ts';
import type { Dialect, DialectParser, ParseResult } from '../dialect.ts';
import { JsonKeys } from '../json/json-key.ts';
import { type JsonHandler, type JsonLine, JsonStream } from '../json/json-stream.ts';
import { LineLedger } from '../line/line-ledger.ts';
import { Surroundings } from '../line/surroundings.ts';
import { classOfProcstat, PROCSTAT_WORDS } from './procstat-type.ts';

/** Keys of procstat's libxo output; `vode_type` is procstat's own spelling. */
const NAMES = [
  'process_id',
  'command',
  'files',
  'fd',
  'fd_type',
  'vode_type',
  'fd_flags',
  'offset',
  'protocol',
  'path',
] as const;
const KEYS = new JsonKeys(NAMES);
const Key = Object.fromEntries(NAMES.map((name, index) => [name, index])) as Readonly<
  Record<(typeof NAMES)[number], number>
>;

/** A process, the list of its files, one of them, the list of its flags. */
type Role = 'process' | 'files' | 'file' | 'flags' | 'other';

/** Cells of the row that is being read, by key; Latin-1. */
type Fields = Map<number, string>;

class ProcstatJsonParser implements DialectParser, JsonHandler {
  readonly #writer: RowWriter;
  readonly #ledger = new LineLedger();
  readonly #surroundings: Surroundings;
  readonly #stream = new JsonStream(KEYS, this);
  readonly #roles: Role[] = [];
  readonly #fields: Fields = new Map();
  readonly #flags: string[] = [];
  #pid = -1;
  #command: string | undefined;
  #torn = false;
  #rowLine = 1;
  #rowOnLine = false;

  constructor(consumer: RowConsumer) {
    this.#surroundings = new Surroundings(consumer, this.#ledger);
    this.#writer = new RowWriter(consumer);
    this.#writer.listing(0, 1);
  }

  write(chunk: Uint8Array): void {
    this.#stream.write(chunk);
  }

  finish(): ParseResult {
    if (this.#stream.finish()) this.#surroundings.say('the input ends within a JSON value: its last row is missing');
    this.#writer.flush();
    return { lines: this.#ledger.finish(), listings: 1, hidden: this.#surroundings.hidden };
  }

  open(object: boolean, key: number, line: number): void {
    const parent = this.#roles.at(-1);
    if (object && parent === 'files') {
      this.#roles.push('file');
      this.#fields.clear();
      this.#flags.length = 0;
      this.#torn = false;
      this.#rowLine = line;
      this.#rowOnLine = true;
    } else if (object) {
      this.#roles.push('process');
      this.#pid = -1;
      this.#command = undefined;
    } else {
      this.#roles.push(key === Key.files ? 'files' : key === Key.fd_flags && parent === 'file' ? 'flags' : 'other');
    }
  }

  close(): void {
    if (this.#roles.pop() !== 'file' || this.#fields.size === 0) return;
    if (this.#torn) this.#surroundings.say(`line ${this.#rowLine}: rows that damage has run together were left out`);
    else this.#writeRow();
    this.#fields.clear();
  }

  value(key: number, bytes: Uint8Array, start: number, end: number): void {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
    switch (this.#roles.at(-1)) {
      case 'flags':
        this.#flags.push(text);
        return;
      case 'file':
        if (key < 0) return;
        this.#torn ||= this.#fields.has(key);
        this.#fields.set(key, text);
        return;
      case 'process':
        if (key === Key.process_id && /^\d{1,9}$/.test(text)) this.#pid = Number(text);
        if (key === Key.command) this.#command = text;
    }
  }

  abandon(): void {
    this.#roles.length = 0;
    this.#fields.clear();
  }

  line(line: number, kind: JsonLine, head: Uint8Array): void {
    if (kind !== 'sound') this.#surroundings.place(head, 0, head.length, line);
    else if (this.#rowOnLine) this.#ledger.row();
    else this.#ledger.other();
    this.#rowOnLine = this.#roles.includes('file');
  }

  #writeRow(): void {
    const flags = this.#flags.length > 0 ? this.#flags : (this.#said(Key.fd_flags)?.split(/[ ,]+/) ?? []);
    const type = this.#said(Key.fd_type);
    const path = this.#said(Key.path);
    this.#writer.begin(this.#rowLine, this.#pid);
    this.#cell(Cell.command, this.#command);
    this.#cell(Cell.fd, this.#said(Key.fd));
    this.#cell(Cell.type, type);
    this.#cell(Cell.flags, flags.length > 0 ? flags.join(',') : undefined);
    this.#cell(
      Cell.access,
      flags.includes('read') ? (flags.includes('write') ? 'u' : 'r') : flags.includes('write') ? 'w' : undefined,
    );
    this.#cell(Cell.offset, this.#said(Key.offset));
    this.#cell(Cell.protocol, this.#said(Key.protocol));
    this.#cell(Cell.name, path);
    if (path !== undefined && /[\\^]/.test(path)) this.#cell(Cell.target, path);
    const letter = PROCSTAT_WORDS[type ?? ''] ?? '?';
    const vnode = PROCSTAT_WORDS[this.#said(Key.vode_type) ?? ''];
    this.#writer.class(classOfProcstat(letter, vnode, this.#said(Key.protocol)));
    this.#writer.end();
  }

  /** procstat says `-` for what there is not. */
  #said(key: number): string | undefined {
    const text = this.#fields.get(key)?.trimEnd();
    return text === '' || text === '-' ? undefined : text;
  }

  #cell(column: number, value: string | undefined): void {
    if (value === undefined) return;
    const bytes = Buffer.from(value, 'latin1');
    this.#writer.cell(column, bytes, 0, bytes.length);
  }
}

/** `procstat --libxo json files ...` of FreeBSD. */
export const procstatJson: Dialect = {
  name: 'procstat-json',
  title: 'procstat --libxo json of FreeBSD',
  detect({ text }) {
    if (!/^[^{]{0,4096}\{/.test(text)) return 0;
    return /"procstat"\s*:/.test(text) && /"files"\s*:/.test(text) ? 1 : 0;
  },
  parser: (consumer) => new ProcstatJsonParser(consumer),
};
