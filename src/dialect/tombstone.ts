import { Cell } from '../model/row-batch.ts';
import type { Dialect } from './dialect.ts';
import { ListingParser, type TextLine, withoutPrefix } from './line/listing-parser.ts';
import { isLinkTarget, linkClass, withoutDeleted } from './proc-link/link-target.ts';

/** `pid: 11942, tid: 12004, name: RenderThread  >>> com.example.app <<<` (debuggerd, libdebuggerd/tombstone.cpp). */
const PROCESS = /^pid: (\d+), tid: \d+, name: .*?\s+>>> (.*) <<<\s*$/;
const SECTION = /^open files:\s*$/i;
/** `    fd 3: socket:[2287061] (unowned)`; apps that write such a report themselves print ` :` and name no owner. */
const ROW = /^fd (\d+) ?: ?(\S.*?)(?: \((?:unowned|owned by [^()]{1,80}|fdsan [^()]{1,80})\))?\s*$/;
/** What else a crash report says of the process: other sections with their titles, registers, frames, maps, dumped memory. */
const REPORT =
  /^(?:[A-Z][\w ]{2,30}: |(?:backtrace|stack|memory (?:near|map)|open files|logcat|causes?|threads?|registers)\b.*:|#\d+ +pc |[a-z]{1,4}\d{0,2} +[\da-f]{8,16}\b|[\da-f']{8,20}[ -]+[\da-f'-]{8,}|signal \d+ \(|pid: |uid: |-{3,} )/i;
/** What a report begins and ends with. */
const STARS = /^\*{3} \*{3} /;

/** The row that a line is, or null: its target is what a link of /proc/PID/fd can point to. */
function parseRow(text: string): { fd: string; target: string } | null {
  const row = ROW.exec(text);
  return row && (isLinkTarget(row[2]) || row[2] === '???') ? { fd: row[1], target: row[2] } : null;
}

class TombstoneParser extends ListingParser {
  #pid = -1;
  #command: string | undefined;
  #inside = false;

  protected override place(line: TextLine): void {
    const process = PROCESS.exec(line.text);
    const row = process ? null : parseRow(line.text);
    if (row) {
      this.#write(row.fd, row.target, line.number);
      this.ledger.row();
      return;
    }
    if (process) {
      this.#pid = Number(process[1]);
      this.#command = process[2];
    }
    if (process || STARS.test(line.text) || SECTION.test(line.text) || (this.#inside && REPORT.test(line.text))) {
      this.#inside = true;
      this.ledger.other();
    } else this.surrounding(line);
  }

  #write(fd: string, printed: string, line: number): void {
    this.writer.begin(line, this.#pid);
    this.cell(Cell.command, this.#command);
    this.cell(Cell.fd, fd);
    this.cell(Cell.name, printed);
    const { target, deleted } = withoutDeleted(printed);
    // Names are raw here, while derivation would undo lsof's escapes.
    if (/[\\^]/.test(printed)) {
      this.cell(Cell.target, target);
      if (deleted) this.writer.deleted(true);
    }
    this.writer.class(printed === '???' ? 'unreadable' : linkClass(printed));
    this.writer.end();
  }
}

/** The open files in a crash report of Android (a tombstone), which an app that ran out of descriptors leaves behind. */
export const tombstone: Dialect = {
  name: 'tombstone',
  title: 'open files in a crash report of Android (tombstone)',
  detect({ lines }) {
    let rows = 0;
    let section = false;
    for (const line of lines) {
      const text = withoutPrefix(line);
      if (SECTION.test(text)) section = true;
      else if (parseRow(text)) rows++;
    }
    if (rows === 0) return 0;
    return section ? 0.9 : rows > 2 ? 0.5 : 0;
  },
  parser: (consumer) => new TombstoneParser(consumer),
};
