import type { RowConsumer } from '../../model/consumer.ts';
import { Cell } from '../../model/row-batch.ts';
import { ListingParser, type TextLine } from '../line/listing-parser.ts';
import { linkClass, withoutDeleted } from './link-target.ts';
import { type ProcLink, parseProcLink } from './proc-link.ts';
import { type Place, parseFolderEntry, parsePlace, parseRefusal } from './proc-place.ts';
import { ReturningLink } from './returning-link.ts';

/** A row whose target may go on in the next lines: names can hold newlines, and ls prints them raw into a pipe. */
interface OpenRow {
  readonly link: ProcLink;
  readonly line: number;
  readonly place: Place;
  /** Lines after the row that are nobody's so far. */
  readonly held: TextLine[];
}

/** First line of a folder in `ls -l`, in the languages met. */
const TOTAL =
  /^(?:total|insgesamt|totale?|\xd0\xb8\xd1\x82\xd0\xbe\xd0\xb3\xd0\xbe|\xe5\x90\x88\xe8\xae\xa1|\xe6\x80\xbb\xe8\xae\xa1|\xe7\xb7\x8f\xe6\x95\xb0|\xe5\x90\x88\xe8\xa8\x88) ?:? ?[\d.,]+\S*$/i;
const NOWHERE: Place = { pid: -1, tid: null };

/**
 * Reads links of /proc/PID/fd as `ls -l`, `find -ls`, `find -printf`, `stat -c %N`, `file` or a shell loop print them.
 * The process is named by the link's own path, else by the heading or command line above, else not at all.
 */
export class ProcLinkParser extends ListingParser {
  #place: Place = NOWHERE;
  #open: OpenRow | null = null;
  readonly #returning = new ReturningLink();
  /** The folder's own entry `.` says how many descriptors there are (Linux >= 6.2), reserved ones included. */
  readonly #counted = new Map<number, number>();

  constructor(consumer: RowConsumer) {
    super(consumer);
  }

  protected override place(line: TextLine): void {
    const link = parseProcLink(line.text);
    if (link) {
      this.#settle(true);
      this.#open = { link, line: line.number, place: link.place ?? this.#place, held: [] };
      return;
    }
    const folder = parseFolderEntry(line.text);
    const place = parsePlace(line.text);
    const refusal = parseRefusal(line.text);
    if (folder || place || refusal || TOTAL.test(line.text)) {
      // stderr can come between the lines of stdout, so an error does not end the row above.
      if (!refusal) this.#settle(false);
      this.ledger.other();
      if (!refusal) this.#returning.pause();
      this.#place = place ?? folder?.place ?? this.#place;
      if (refusal) this.#refused(refusal.pid, refusal.folder, refusal.sentence);
      if (folder?.descriptors && this.#place.pid > 0) this.#counted.set(this.#place.pid, folder.descriptors);
      return;
    }
    if (this.#open) this.#open.held.push(line);
    else this.surrounding(line);
  }

  protected override close(): void {
    this.#settle(false);
    for (const [pid, descriptors] of this.#counted) this.consumer.process({ pid, descriptors });
  }

  #refused(pid: number, folder: boolean, sentence: string): void {
    if (!folder) return;
    this.hidden(sentence);
    if (pid > 0) this.consumer.process({ pid, refused: 'permission' });
  }

  /**
   * Writes the open row. Lines held since belong to its target only if another row follows: a listing has nothing
   * between its rows, but anything may stand behind the last one.
   */
  #settle(rowFollows: boolean): void {
    const open = this.#open;
    if (!open) return;
    this.#open = null;
    const { link, held } = open;
    const joins = rowFollows && link.target !== null && held.length > 0 && held.every(continues);
    const target = joins ? [link.target, ...held.map((line) => line.whole)].join('\n') : link.target;
    this.#write(open, target, joins);
    this.ledger.row();
    if (joins) this.ledger.row(held.length);
    else for (const line of held) this.surrounding(line);
  }

  #write({ link, line, place }: OpenRow, target: string | null, joined: boolean): void {
    if (this.#returning.isBack(place.pid, place.tid, link.name)) this.again(line);
    this.writer.begin(line, place.pid);
    this.cell(Cell.fd, link.name);
    this.cell(Cell.user, link.owner);
    this.cell(Cell.tid, place.tid ?? undefined);
    this.cell(Cell.access, link.access);
    if (target === null) {
      this.writer.class('unreadable');
    } else {
      this.cell(Cell.name, link.printed);
      const plain = withoutDeleted(target);
      this.writer.class(linkClass(target));
      // The printed name is raw here, while derivation would undo lsof's escapes: what may differ is given outright.
      if (joined || target !== link.printed || /[\\^]/.test(target)) {
        this.cell(Cell.target, plain.target);
        // A memfd has never had a name on disk: the kernel's mark on it means nothing.
        if (plain.deleted && target !== link.printed && !target.startsWith('/memfd:')) this.writer.deleted(true);
      }
    }
    this.writer.end();
  }
}

/** A shell prompt, a message of a program, a limit line, a marker, another link: what stands between listings in a paste. */
const BETWEEN =
  /^(?:[$#%] |l[r-][w-][xsS-][r-][w-][xsS-][r-][w-][xtT-][.+@]?\s|\S{1,64}@\S{1,256}[#$%>](?: |$)|\S{1,64}@\S{1,64}.{0,200}[#$%>] |\[.{1,100}\][#$%] |(?:ls|find|lsof|sudo|bash|sh): |\S*proc\/\d+\/limits:|\^C|={3,}$)/;

/** Whether a line could be the rest of a name that was broken by a newline in it. */
function continues({ whole, text }: TextLine): boolean {
  return text !== '' && !BETWEEN.test(whole);
}
