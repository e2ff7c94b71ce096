import { Buffer } from 'node:buffer';
import type { ProcessFact } from '../../model/process.ts';
import { Cell } from '../../model/row-batch.ts';
import type { Dialect } from '../dialect.ts';
import { ListingParser, type TextLine, withoutPrefix } from '../line/listing-parser.ts';
import {
  type BlockBody,
  type BlockHead,
  emptyBody,
  isColumnHeader,
  parseBlockHead,
  parseColumnRow,
  takeBodyLine,
} from './pfiles-block.ts';

/** `1234:	/usr/lib/ssh/sshd -D` (Solaris, illumos), `188732 : java` (AIX), `core 'core.1' of 12:	vi`. */
const PROCESS = /^(?:core '.*' of )?(\d+) ?:\s+(\S.*)$/;
const LIMIT = /^Current rlimit: (\d+|unlimited) file descriptors$/;
/** pfiles and procfiles about a process that they may not look into. */
const MESSAGE = /^(?:pfiles|procfiles): (.*?)(?:: (\d+))?$/;

interface OpenBlock {
  readonly head: BlockHead;
  readonly line: number;
  readonly indented: boolean;
  readonly body: BlockBody;
}

class PfilesParser extends ListingParser {
  #pid = -1;
  #command: string | undefined;
  #block: OpenBlock | null = null;

  protected override place(line: TextLine): void {
    const text = line.text.trimEnd();
    const head = parseBlockHead(text);
    if (head) {
      this.#end();
      this.#block = { head, line: line.number, indented: isIndented(line), body: emptyBody() };
      this.ledger.row();
      return;
    }
    const column = parseColumnRow(text);
    if (column) {
      this.#end();
      this.#write(column, line.number, { ...emptyBody(), ...column });
      this.ledger.row();
      return;
    }
    // Where a paste lost the indent of all lines, the lines below a head cannot have it either.
    if (this.#block && (isIndented(line) || !this.#block.indented) && takeBodyLine(this.#block.body, text)) {
      this.ledger.row();
      return;
    }
    this.#between(line, text);
  }

  protected override close(): void {
    this.#end();
  }

  #between(line: TextLine, text: string): void {
    const process = PROCESS.exec(text);
    const limit = LIMIT.exec(text);
    const message = MESSAGE.exec(text);
    if (process) {
      this.#end();
      this.#pid = Number(process[1]);
      this.#command = /^\S+/.exec(process[2])?.[0];
      this.#fact({ pid: this.#pid, commandLine: Buffer.from(process[2], 'latin1').toString() });
    } else if (limit) {
      const softLimit = limit[1] === 'unlimited' ? Number.POSITIVE_INFINITY : Number(limit[1]);
      this.#fact({ pid: this.#pid, softLimit });
    } else if (message) {
      this.#end();
      this.hidden(text);
      if (message[2] !== undefined && /denied|permi/i.test(text))
        this.#fact({ pid: Number(message[2]), refused: 'permission' });
    } else if (text !== '[system process]' && !isColumnHeader(text)) {
      if (text !== '') this.#end();
      this.surrounding(line);
      return;
    }
    this.ledger.other();
  }

  #fact(fact: ProcessFact): void {
    if (fact.pid >= 0) this.consumer.process(fact);
  }

  #end(): void {
    const block = this.#block;
    if (!block) return;
    this.#block = null;
    this.#write(block.head, block.line, block.body);
  }

  #write(head: BlockHead, line: number, body: BlockBody): void {
    this.writer.begin(line, this.#pid);
    this.cell(Cell.command, this.#command);
    this.cell(Cell.fd, head.fd);
    this.cell(Cell.type, head.type);
    this.cell(Cell.device, head.device);
    this.cell(Cell.node, head.inode);
    this.cell(Cell.size, body.size ?? head.size);
    this.cell(Cell.offset, body.offset);
    this.cell(Cell.flags, body.flags);
    this.cell(Cell.access, body.access);
    this.cell(Cell.lock, body.lock);
    this.cell(Cell.name, body.name);
    this.cell(Cell.local, body.local);
    this.cell(Cell.remote, body.remote);
    if (body.name !== undefined && /[\\^]/.test(body.name)) this.cell(Cell.target, body.name);
    if (body.name === undefined && head.device !== undefined && head.inode !== undefined) {
      this.cell(Cell.target, `device ${head.device} inode ${head.inode}`);
    }
    this.writer.class(head.type === 'S_IFSOCK' ? (body.family ?? 'other') : head.class);
    this.writer.end();
  }
}

function isIndented({ whole, text }: TextLine): boolean {
  return whole.length > text.length;
}

/** `pfiles PID` of Solaris and illumos, `procfiles PID` of AIX: a block of lines for each descriptor. */
export const pfiles: Dialect = {
  name: 'pfiles',
  title: 'pfiles of Solaris and illumos, procfiles of AIX',
  detect({ lines }) {
    const head = lines.slice(0, 2000).map((line) => withoutPrefix(line).trimEnd());
    if (head.some((line) => parseBlockHead(line) !== null || parseColumnRow(line) !== null)) return 0.97;
    return head.some((line) => LIMIT.test(line)) && head.some((line) => PROCESS.test(line)) ? 0.9 : 0;
  },
  parser: (consumer) => new PfilesParser(consumer),
};
