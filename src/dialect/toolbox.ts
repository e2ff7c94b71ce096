import { Cell } from '../model/row-batch.ts';
import type { Dialect } from './dialect.ts';
import { ListingParser, shareOf, type TextLine } from './line/listing-parser.ts';
import { linkClass } from './proc-link/link-target.ts';

/**
 * `%-9s %5d %10s %4s %9s %18s %9s %10s %s` (toolbox/lsof.c), with `???` for what it does not look up: TYPE always, DEVICE,
 * SIZE and NODE except in `mem` rows. COMMAND is the start of a command line and may hold blanks or be empty.
 */
const ROW = /^(.{0,64}?)\s*\b(\d+)\s+(\S+)\s+(\d+|cwd|exe|root|mem)\s+(\?\?\?)\s+(\S+)\s+(\S+)\s+(\S+) (.*)$/s;
/** A process whose descriptors were refused: the cells are blank and the name says why. */
const REFUSED = /^(.{0,64}?)\s*\b(\d+)\s+(\S+)\s+(FDS)\s+(\/proc\/\d+\/fd\/ \(opendir: .*\))$/s;
const HEADER = /^COMMAND\s+PID\s+USER\s+FD\s+TYPE\s+DEVICE\s+SIZE\/OFF\s+NODE\s+NAME\s*$/;
const NOT_READABLE = / \(readlink: [^)]*\)$/;

class ToolboxParser extends ListingParser {
  protected override place(line: TextLine): void {
    const refused = REFUSED.exec(line.text);
    const row = refused ?? ROW.exec(line.text);
    if (!row) {
      if (HEADER.test(line.text) || /^(?:Couldn't|Error) (?:read|open)(?:ing)? .*\/proc/.test(line.text))
        this.ledger.other();
      else this.surrounding(line);
      return;
    }
    const pid = Number(row[2]);
    this.writer.begin(line.number, pid);
    this.cell(Cell.command, row[1]);
    this.cell(Cell.user, row[3]);
    this.cell(Cell.fd, row[4]);
    if (refused) {
      this.cell(Cell.name, row[5]);
      this.writer.class('unreadable');
      this.consumer.process({ pid, refused: 'permission' });
    } else {
      this.cell(Cell.type, row[5]);
      this.cell(Cell.device, row[6]);
      this.cell(Cell.size, row[7]);
      this.cell(Cell.node, row[8]);
      this.cell(Cell.name, row[9]);
      if (/[\\^]/.test(row[9])) this.cell(Cell.target, row[9].replace(/ \(deleted\)$/, ''));
      this.writer.class(NOT_READABLE.test(row[9]) ? 'unreadable' : linkClass(row[9]));
    }
    this.writer.end();
    this.ledger.row();
  }
}

/** `lsof` of Android's toolbox (Android 4 to 5). */
export const toolbox: Dialect = {
  name: 'toolbox',
  title: "lsof of Android's toolbox, with ??? in its cells",
  detect({ lines }) {
    const { count, share } = shareOf(lines.slice(0, 2000), (line) => ROW.test(line));
    if (count === 0) return 0;
    return share > 0.3 ? 0.99 : 0.4;
  },
  parser: (consumer) => new ToolboxParser(consumer),
};
