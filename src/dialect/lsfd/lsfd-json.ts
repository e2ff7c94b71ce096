import type { RowConsumer } from '../../model/consumer.ts';
import type { Dialect, DialectParser, ParseResult, Sample } from '../dialect.ts';
import { JsonKeys } from '../json/json-key.ts';
import { type JsonHandler, type JsonLine, JsonStream } from '../json/json-stream.ts';
import { LineLedger } from '../line/line-ledger.ts';
import { Surroundings } from '../line/surroundings.ts';
import { LSFD_COLUMNS } from './lsfd-column.ts';
import { toLsfdText } from './lsfd-escape.ts';
import { LsfdListing } from './lsfd-listing.ts';
import { LsfdRow } from './lsfd-row.ts';

const LSFD = LSFD_COLUMNS.length;
const KEYS = new JsonKeys([...LSFD_COLUMNS.map(({ name }) => name.toLowerCase()), 'lsfd']);

/** `top` is the document, or a row that stands alone (`jq -c '.lsfd[]'`); `rows` is the document's list, `list` one of rows alone. */
type Role = 'top' | 'rows' | 'row' | 'list' | 'unknown';

class LsfdJsonParser implements DialectParser, JsonHandler {
  readonly #ledger = new LineLedger();
  readonly #surroundings: Surroundings;
  readonly #listing: LsfdListing;
  readonly #stream = new JsonStream(KEYS, this);
  readonly #roles: Role[] = [];
  readonly #row = new LsfdRow();
  readonly #seen = new Uint8Array(LSFD_COLUMNS.length);
  #torn = false;
  #fields = 0;
  #rowLine = 1;
  #rowOnLine = false;

  constructor(consumer: RowConsumer) {
    this.#surroundings = new Surroundings(consumer, this.#ledger);
    this.#listing = new LsfdListing(consumer);
  }

  write(chunk: Uint8Array): void {
    this.#stream.write(chunk);
  }

  finish(): ParseResult {
    if (this.#stream.finish()) this.#surroundings.say('the input ends within a JSON value: its last row is missing');
    this.#listing.finish();
    if (this.#listing.nameless > 0)
      this.#surroundings.say('the columns do not say which process a row belongs to (PID)');
    return { lines: this.#ledger.finish(), listings: this.#listing.listings, hidden: this.#surroundings.hidden };
  }

  open(object: boolean, key: number, line: number): void {
    const parent = this.#roles.at(-1);
    let role: Role = 'unknown';
    if (parent === undefined || parent === 'list') role = object ? 'top' : parent === undefined ? 'list' : 'unknown';
    else if (parent === 'top' && !object && key === LSFD) role = 'rows';
    else if (parent === 'rows' && object) role = 'row';
    this.#roles.push(role);
    if (role === 'rows') this.#listing.begin(line);
    if (role !== 'row' && role !== 'top') return;
    this.#row.clear();
    this.#seen.fill(0);
    this.#torn = false;
    this.#fields = 0;
    this.#rowLine = line;
    this.#rowOnLine ||= role === 'row';
  }

  close(): void {
    const role = this.#roles.pop();
    if ((role !== 'row' && role !== 'top') || this.#fields === 0) return;
    this.#fields = 0;
    if (this.#torn) this.#surroundings.say(`line ${this.#rowLine}: rows that damage has run together were left out`);
    else this.#listing.write(this.#row, this.#rowLine);
  }

  value(key: number, bytes: Uint8Array, start: number, end: number, string: boolean): void {
    const role = this.#roles.at(-1);
    if (key < 0 || key >= LSFD || (role !== 'row' && role !== 'top')) return;
    if (this.#seen[key] === 1) this.#torn = true;
    this.#seen[key] = 1;
    this.#fields++;
    this.#rowOnLine = true;
    const raw = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
    if (string) this.#row.set(key, toLsfdText(raw));
    else if (raw !== 'null') this.#row.set(key, raw === 'true' ? '1' : raw === 'false' ? '0' : raw);
  }

  abandon(): void {
    this.#roles.length = 0;
    this.#fields = 0;
  }

  line(line: number, kind: JsonLine, head: Uint8Array): void {
    const whole = kind === 'damaged' && this.#rowOnLine && this.#roles.length === 0;
    if (whole) this.#surroundings.say(`line ${line}: what stands behind its last row was not understood`);
    if (kind !== 'sound' && !whole) this.#surroundings.place(head, 0, head.length, line);
    else if (this.#rowOnLine) this.#ledger.row();
    else this.#ledger.other();
    this.#rowOnLine = this.#roles.at(-1) === 'row';
  }
}

function detect(sample: Sample): number {
  const begin = sample.text.indexOf('{');
  if (begin < 0) return 0;
  if (/"lsfd(?:-summary)?"\s{0,8}:/.test(sample.text)) return 1;
  const object = sample.text.slice(begin, begin + 4096);
  return object.includes('"assoc"') && /"(?:pid|name|type)"/.test(object) ? 0.9 : 0;
}

/** util-linux lsfd -J. */
export const lsfdJson: Dialect = {
  name: 'lsfd-json',
  title: 'util-linux lsfd -J: JSON',
  detect,
  parser: (consumer) => new LsfdJsonParser(consumer),
};
