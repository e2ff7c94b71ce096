import type { TextColumn } from '../columns/batch.ts';
import { encodeText } from '../columns/utf8.ts';
import { cellText, classOf, isDescriptor, isThreadRow } from '../model/classify.ts';
import type { Fold } from '../model/consumer.ts';
import { classCode, DESCRIPTOR_CLASSES } from '../model/descriptor-class.ts';
import type { ProcessFact } from '../model/process.ts';
import { Cell, Num, type RowBatch } from '../model/row-batch.ts';
import { ProcessEntry, RowCount } from './process-entry.ts';
import { cellIs, hasCell } from './row-bytes.ts';

const { fd: FD } = Cell;
/** lsof's words for a table that could not be read, for a program's file and for a working directory. */
const [NOFD, TXT, CWD] = ['NOFD', 'txt', 'cwd'].map(encodeText) as [Uint8Array, Uint8Array, Uint8Array];
const STAR = 0x2a;
const UNREADABLE = classCode('unreadable');

/** Sees each descriptor row of the classes it asks for, once per process however many threads were listed. */
export interface RowWatch {
  /** Class codes wanted; null = all. */
  readonly classes: readonly number[] | null;
  row(batch: RowBatch, row: number, entry: ProcessEntry, code: number): void;
}

/**
 * Counts the rows of every process. Exact whatever the size of the input and the order of its rows;
 * memory grows with processes, not with rows.
 */
export class ProcessTable implements Fold<readonly ProcessEntry[]> {
  /** Rows read, those repeated for threads too. */
  rowsRead = 0;
  /** Rows that say their target, or the whole table, could not be read. */
  rowsUnreadable = 0;
  /** Processes of the listing that is read. */
  #entries = new Map<number, ProcessEntry>();
  /** Of each process of earlier listings, the one listing in which it held most. */
  readonly #peaks = new Map<number, ProcessEntry>();
  #slots = 0;
  /** `rowsRead` when the listing began. */
  #rowsBefore = 0;
  readonly #watches: readonly (readonly RowWatch[])[];
  #last: ProcessEntry | null = null;

  constructor(watches: readonly RowWatch[] = []) {
    this.#watches = Array.from({ length: DESCRIPTOR_CLASSES.length + 1 }, (_, code) =>
      watches.filter((watch) => watch.classes === null || watch.classes.includes(code)),
    );
  }

  /** Listings do not add up: asked for several, a process is shown at its peak. */
  listing(): void {
    // Facts that came before the first row belong to the rows that follow.
    if (this.rowsRead === this.#rowsBefore) return;
    this.#archive();
  }

  #archive(): void {
    this.#rowsBefore = this.rowsRead;
    for (const entry of this.#entries.values()) this.#keepPeak(entry);
    this.#entries = new Map();
    this.#last = null;
  }

  process(fact: ProcessFact): void {
    this.#entry(fact.pid).learn(fact);
    this.#peaks.get(fact.pid)?.learn(fact);
  }

  rows(batch: RowBatch): void {
    const pids = batch.numbers[Num.pid] as Int32Array;
    const tids = batch.text[Cell.tid] ?? null;
    const fds = batch.text[Cell.fd] ?? null;
    const { rows } = batch;
    this.rowsRead += rows;
    let entry = this.#last;
    for (let row = 0; row < rows; row++) {
      const pid = pids[row] as number;
      if (entry === null || entry.pid !== pid) entry = this.#entry(pid);
      if (entry.openFiles === 0 && entry.taskRows === 0) identify(entry, batch, row);
      if (tids !== null && isThreadRow(batch, row)) {
        this.#taskRow(batch, row, entry, tids);
        continue;
      }
      let { classes } = entry;
      if (fds !== null && isDescriptor(batch, row)) {
        entry.numbered++;
        addNumber(entry, batch, row, fds);
      } else if (fds === null || !hasCell(batch, row, Cell.fd)) {
        entry.unlabelled ??= new RowCount();
        entry.unlabelled.openFiles++;
        classes = entry.unlabelled.classes;
      } else {
        this.#association(batch, row, entry);
        continue;
      }
      entry.openFiles++;
      const code = classOf(batch, row);
      classes[code] = (classes[code] as number) + 1;
      if (code === UNREADABLE) this.rowsUnreadable++;
      this.#show(batch, row, entry, code);
    }
    this.#last = entry;
  }

  /** Every process of which a row, a count or a refusal is known, in order of appearance; one with mere limits is not there. */
  finish(): readonly ProcessEntry[] {
    this.#archive();
    return [...this.#peaks.values()].filter(
      ({ seen, fact }) =>
        seen ||
        fact?.descriptors !== undefined ||
        fact?.listed !== undefined ||
        fact?.refused !== undefined ||
        fact?.state !== undefined,
    );
  }

  #entry(pid: number): ProcessEntry {
    let entry = this.#entries.get(pid);
    if (!entry) {
      entry = new ProcessEntry(pid, this.#slots++);
      this.#entries.set(pid, entry);
    }
    return entry;
  }

  #keepPeak(entry: ProcessEntry): void {
    const peak = this.#peaks.get(entry.pid);
    const more = peak ? entry.listedRows - peak.listedRows || entry.rows - peak.rows : 1;
    if (more > 0) this.#peaks.set(entry.pid, entry);
    // The loser's limits, counts and labels may be all that is known of the winner's.
    if (more > 0 && peak?.fact) entry.learn({ ...peak.fact, ...entry.fact });
    else if (peak && more <= 0 && entry.fact) peak.learn(entry.fact);
  }

  /** A row that is attached otherwise than by a number: `cwd`, `mem`, `NOFD` ... */
  #association(batch: RowBatch, row: number, entry: ProcessEntry): void {
    if (cellIs(batch, row, FD, NOFD)) {
      entry.refused = true;
      this.rowsUnreadable++;
      return;
    }
    entry.openFiles++;
    if (classOf(batch, row) === UNREADABLE) {
      // A kernel thread has no program: lsof's `txt unknown /proc/2/exe` hides nothing.
      if (!cellIs(batch, row, FD, TXT) || !/^\/proc\/\d+\/exe$/.test(cellText(batch, row, Cell.name) ?? ''))
        this.rowsUnreadable++;
    } else if (entry.cwd === null && cellIs(batch, row, FD, CWD))
      entry.cwd = cellText(batch, row, Cell.target) ?? cellText(batch, row, Cell.name);
  }

  #taskRow(batch: RowBatch, row: number, entry: ProcessEntry, tids: TextColumn): void {
    const tid = decimal(batch.bytes, tids.start[row] as number, tids.end[row] as number);
    let task = entry.tasks.get(tid);
    if (!task) {
      task = new RowCount();
      entry.tasks.set(tid, task);
    }
    entry.taskRows++;
    task.openFiles++;
    if (!isDescriptor(batch, row)) return;
    task.descriptors++;
    if (entry.openFiles > 0) return;
    const fds = batch.text[Cell.fd] as TextColumn;
    const start = fds.start[row] as number;
    if (batch.bytes[start] !== STAR) entry.numbers.add(decimal(batch.bytes, start, fds.end[row] as number));
    // No row without a TID so far: the tasks may be all there is of this process, so their classes and numbers count.
    const code = classOf(batch, row);
    task.classes[code] = (task.classes[code] as number) + 1;
    // Threads share one table, so the first task stands for all in front of those who look at single rows.
    entry.firstTask ??= tid;
    if (entry.firstTask === tid) this.#show(batch, row, entry, code);
  }

  #show(batch: RowBatch, row: number, entry: ProcessEntry, code: number): void {
    const watches = this.#watches[code] as readonly RowWatch[];
    for (let i = 0; i < watches.length; i++) (watches[i] as RowWatch).row(batch, row, entry, code);
  }
}

/** Labels of a process, from the first row that has them. */
function identify(entry: ProcessEntry, batch: RowBatch, row: number): void {
  // A blank COMMAND says that the process has no name (lsof >= 4.98), not that its name is blank.
  entry.command ??= cellText(batch, row, Cell.command) || null;
  entry.user ??= cellText(batch, row, Cell.user) || null;
  const ppid = cellText(batch, row, Cell.ppid);
  if (ppid !== null && /^\d+$/.test(ppid)) entry.ppid ??= Number(ppid);
}

function addNumber(entry: ProcessEntry, batch: RowBatch, row: number, fds: TextColumn): void {
  const start = fds.start[row] as number;
  if (batch.bytes[start] === STAR) entry.numbers.addStarred(decimal(batch.bytes, start + 1, fds.end[row] as number));
  else entry.numbers.add(decimal(batch.bytes, start, fds.end[row] as number));
}

/** The digits from `start` as a number, up to the first byte that is none. */
function decimal(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = (bytes[at] as number) - 0x30;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  return value;
}
