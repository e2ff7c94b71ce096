import { cellText } from '../model/classify.ts';
import { classCode } from '../model/descriptor-class.ts';
import { parseSize } from '../model/quantity.ts';
import { Cell, type RowBatch } from '../model/row-batch.ts';
import { locateTarget, mayBeDeleted, targetRange, targetText } from '../model/target.ts';
import { isMemoryName } from './deleted/memory-name.ts';
import { PerProcess } from './process/per-process.ts';
import type { ProcessEntry } from './process/process-entry.ts';
import { hasCell, hashBytes, hashCells } from './row-bytes.ts';
import type { RowWatch, Run } from './run.ts';

/** Files of one process that are told apart; those beyond are counted by descriptor. */
const TRACKED = 65_536;
const REGULAR = classCode('regular');

/** A file without a link that a process keeps open. */
export interface DeletedFile {
  /** Bytes by the file's size, not its blocks; null where the source does not say. */
  readonly size: number | null;
  readonly name: string;
}

/** The deleted files of one process. */
export class DeletedHeld {
  /** By identity: device and inode, else the name. */
  readonly files = new Map<number, DeletedFile>();
  /** Descriptors of files beyond those told apart. */
  untracked = 0;
}

/**
 * Collects the deleted files that descriptors hold, each once per process. Files of size 0 are left out (locks and
 * heartbeats, such as gunicorn's), and so is shared memory.
 */
export class DeletedFiles implements RowWatch {
  readonly #held = new PerProcess(() => new DeletedHeld());
  readonly #target = targetRange();

  run({ batch, entry, from, to, codes }: Run): void {
    for (let row = from; row < to; row++) {
      if (codes[row] === REGULAR && mayBeDeleted(batch, row)) this.#row(batch, row, entry);
    }
  }

  #row(batch: RowBatch, row: number, entry: ProcessEntry): void {
    const target = this.#target;
    locateTarget(batch, row, REGULAR, target);
    if (!target.deleted || target.start < 0) return;
    const size = parseSize(cellText(batch, row, Cell.size)?.trim() ?? '');
    if (size === 0) return;
    const held = this.#held.of(entry);
    const identity =
      hasCell(batch, row, Cell.node) && hasCell(batch, row, Cell.device)
        ? hashCells(batch, row, [Cell.device, Cell.node])
        : hashBytes(target.bytes, target.start, target.end);
    if (held.files.has(identity)) return;
    if (held.files.size >= TRACKED) {
      held.untracked++;
      return;
    }
    const name = targetText(target) ?? '';
    if (!isMemoryName(name)) held.files.set(identity, { size: size === null ? null : Number(size), name });
  }

  of(entry: ProcessEntry): DeletedHeld | undefined {
    return this.#held.peek(entry);
  }
}
