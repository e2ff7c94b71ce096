import type { TextColumn } from '../../columns/batch.ts';
import { encodeText } from '../../columns/utf8.ts';
import { cellText, isThreadRow } from '../../model/classify.ts';
import { classesOf } from '../../model/classify-rows.ts';
import type { Fold } from '../../model/consumer.ts';
import { classCode } from '../../model/descriptor-class.ts';
import type { ProcessFact } from '../../model/process.ts';
import { Cell, Num, type RowBatch } from '../../model/row-batch.ts';
import { decimal, Label, readLabels, starredTail } from '../label.ts';
import { cellIs } from '../row-bytes.ts';
import { endOfRun, newRun, type RowWatch, type Run } from '../run.ts';
import { ProcessEntry, RowCount } from './process-entry.ts';

const { fd: FD } = Cell;
/** lsof's words for a table that could not be read, for a program's file and for a working directory. */
const [NOFD, TXT, CWD] = ['NOFD', 'txt', 'cwd'].map(encodeText) as [Uint8Array, Uint8Array, Uint8Array];
const UNREADABLE = classCode('unreadable');

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
  readonly #watches: readonly RowWatch[];
  #last: ProcessEntry | null = null;

  constructor(watches: readonly RowWatch[] = []) {
    this.#watches = watches;
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
    const { rows } = batch;
    this.rowsRead += rows;
    for (let from = 0; from < rows; ) {
      const pid = pids[from] as number;
      const entry = this.#last?.pid === pid ? this.#last : this.#entry(pid);
      const run = newRun(batch, entry, from, endOfRun(pids, from, rows));
      this.#count(run, tids);
      for (const watch of this.#watches) watch.run(run);
      this.#last = entry;
      from = run.to;
    }
  }

  /**
   * Short loops, one after the other: each is compiled sooner than one long loop, and a kind of row that comes late does not
   * undo them all.
   */
  #count(run: Run, tids: TextColumn | null): void {
    const { batch, entry, from, to, codes, numbers } = run;
    readLabels(batch, from, to, numbers);
    classesOf(batch, from, to, codes);
    let row = from;
    while (row < to && (tids !== null || entry.openFiles === 0)) this.#row(run, row++, tids);
    if (row === to) return;
    const { classes } = entry;
    entry.numbers.addAll(numbers, row, to);
    let numbered = 0;
    for (; row < to; row++) {
      if ((numbers[row] as number) < 0) {
        this.#row(run, row, tids);
        continue;
      }
      const code = codes[row] as number;
      classes[code] = (classes[code] as number) + 1;
      if (code === UNREADABLE) this.rowsUnreadable++;
      numbered++;
    }
    entry.openFiles += numbered;
    entry.numbered += numbered;
  }

  /** Any row; what is none of the process's own descriptors loses its class code. */
  #row({ batch, entry, codes, numbers }: Run, row: number, tids: TextColumn | null): void {
    if (entry.openFiles === 0 && entry.taskRows === 0) identify(entry, batch, row);
    const code = codes[row] as number;
    const number = numbers[row] as number;
    if (tids !== null && isThreadRow(batch, row)) {
      if (!this.#taskRow(batch, row, entry, tids, number, code)) codes[row] = 0;
      return;
    }
    if (number === Label.association) {
      codes[row] = 0;
      this.#association(batch, row, entry, code);
      return;
    }
    entry.openFiles++;
    if (code === UNREADABLE) this.rowsUnreadable++;
    let { classes } = entry;
    if (number === Label.none) {
      entry.unlabelled ??= new RowCount();
      entry.unlabelled.openFiles++;
      classes = entry.unlabelled.classes;
    } else {
      entry.numbered++;
      if (number === Label.starred) entry.numbers.addStarred(starredTail(batch, row));
      else entry.numbers.add(number);
    }
    classes[code] = (classes[code] as number) + 1;
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
  #association(batch: RowBatch, row: number, entry: ProcessEntry, code: number): void {
    if (cellIs(batch, row, FD, NOFD)) {
      entry.refused = true;
      this.rowsUnreadable++;
      return;
    }
    entry.openFiles++;
    if (code === UNREADABLE) {
      // A kernel thread has no program: lsof's `txt unknown /proc/2/exe` hides nothing.
      if (!cellIs(batch, row, FD, TXT) || !/^\/proc\/\d+\/exe$/.test(cellText(batch, row, Cell.name) ?? ''))
        this.rowsUnreadable++;
    } else if (entry.cwd === null && cellIs(batch, row, FD, CWD))
      entry.cwd = cellText(batch, row, Cell.target) ?? cellText(batch, row, Cell.name);
  }

  /** Returns whether the row stands for its process. */
  #taskRow(batch: RowBatch, row: number, entry: ProcessEntry, tids: TextColumn, number: number, code: number): boolean {
    const tid = decimal(batch.bytes, tids.start[row] as number, tids.end[row] as number);
    let task = entry.tasks.get(tid);
    if (!task) {
      task = new RowCount();
      entry.tasks.set(tid, task);
    }
    entry.taskRows++;
    task.openFiles++;
    if (number < Label.starred) return false;
    task.descriptors++;
    if (entry.openFiles > 0) return false;
    if (number !== Label.starred) entry.numbers.add(number);
    // No row without a TID so far: the tasks may be all there is of this process, so their classes and numbers count.
    task.classes[code] = (task.classes[code] as number) + 1;
    // Threads share one table, so the first task stands for all in front of those who look at single rows.
    entry.firstTask ??= tid;
    return entry.firstTask === tid;
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
