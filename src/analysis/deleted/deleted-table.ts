import { cellText, classOf } from '../../model/classify.ts';
import { classCode } from '../../model/descriptor-class.ts';
import { parseFdCell } from '../../model/fd-cell.ts';
import { parseSize } from '../../model/quantity.ts';
import { Cell, Num, type RowBatch } from '../../model/row-batch.ts';
import { locateTarget, mayBeDeleted, targetRange, targetText } from '../../model/target.ts';
import { hasCell, hashBytes, hashCells } from '../row-bytes.ts';
import type { HeldFile, HeldKind, Holder } from './held-file.ts';
import { isMemoryName } from './memory-name.ts';

/** Files that are told apart; descriptors of those beyond are counted one by one. */
const TRACKED = 1 << 17;
/** Holders of one file that are kept by pid. */
const HOLDERS = 64;
const REGULAR = classCode('regular');
const MEMFD = classCode('memfd');

/** Asks for the blocks of a file, in bytes, through a holder; null where that is not possible or it is another file by now. */
export type AllocatedOf = (holder: Holder, file: Pick<HeldFile, 'device' | 'node'>) => number | null;

class Found {
  readonly name: string;
  readonly device: string | null;
  readonly node: string | null;
  size: number | null = null;
  /** Whether a descriptor holds it, rather than a mapping alone. */
  described = false;
  mapped = false;
  readonly memory: boolean;
  readonly holders: Holder[] = [];
  processes = 0;
  lastPid = Number.NaN;

  constructor(name: string, device: string | null, node: string | null, memory: boolean) {
    this.name = name;
    this.device = device;
    this.node = node;
    this.memory = memory;
  }

  get kind(): HeldKind {
    if (this.memory) return 'memory';
    if (this.size === 0) return 'empty';
    return this.described ? 'disk' : 'mapped';
  }

  add(holder: Holder): void {
    const known = this.holders.findIndex(({ pid }) => pid === holder.pid);
    if (known >= 0) {
      // A descriptor that writes is the one to truncate by.
      if (rankOf(holder) > rankOf(this.holders[known] as Holder)) this.holders[known] = holder;
    } else if (this.holders.length < HOLDERS) {
      this.holders.push(holder);
      this.processes++;
    } else if (holder.pid !== this.lastPid) this.processes++;
    this.lastPid = holder.pid;
  }
}

/** Which of a process's ways to hold a file says most. */
function rankOf({ number, access }: Holder): number {
  return number === null ? 0 : access === null ? 1 : access === 'r' ? 2 : access === 'u' ? 3 : 4;
}

/**
 * Collects unlinked files, each inode once over all processes: from descriptors, mappings (`mem`, `DEL`) and programs
 * (`txt`). Memory is bounded: 131,072 files are told apart, of the others descriptors are counted.
 */
export class DeletedTable {
  readonly #files = new Map<number, Found>();
  readonly #target = targetRange();
  /** Descriptors of files beyond those told apart, and their bytes. */
  readonly untracked = { descriptors: 0, bytes: 0 };

  rows(batch: RowBatch): void {
    const target = this.#target;
    for (let row = 0; row < batch.rows; row++) {
      const code = classOf(batch, row);
      if (code !== REGULAR && code !== MEMFD) continue;
      if (code === REGULAR && !mayBeDeleted(batch, row)) continue;
      locateTarget(batch, row, code, target);
      if ((!target.deleted && code !== MEMFD) || target.start < 0) continue;
      this.#add(batch, row, code);
    }
  }

  #add(batch: RowBatch, row: number, code: number): void {
    const identified = hasCell(batch, row, Cell.node) && hasCell(batch, row, Cell.device);
    const target = this.#target;
    const identity = identified
      ? hashCells(batch, row, [Cell.device, Cell.node])
      : hashBytes(target.bytes, target.start, target.end);
    const size = Number(parseSize(cellText(batch, row, Cell.size)?.trim() ?? '') ?? Number.NaN);
    let file = this.#files.get(identity);
    if (!file) {
      if (this.#files.size >= TRACKED) {
        this.untracked.descriptors++;
        this.untracked.bytes += Number.isNaN(size) ? 0 : size;
        return;
      }
      const name = targetText(target) ?? '';
      const cell = (column: number) => (identified ? (cellText(batch, row, column)?.trim() ?? null) : null);
      file = new Found(name, cell(Cell.device), cell(Cell.node), code === MEMFD || isMemoryName(name));
      this.#files.set(identity, file);
    }
    // A log grows while it is listed again.
    if (!Number.isNaN(size)) file.size = Math.max(file.size ?? 0, size);
    const { association, number, access } = parseFdCell(cellText(batch, row, Cell.fd) ?? '');
    const described = number !== null || association === null || association.startsWith('*');
    if (described) file.described = true;
    else file.mapped = true;
    file.add({ pid: (batch.numbers[Num.pid] as Int32Array)[row] as number, number, access });
  }

  /** The files, those that take most first. */
  finish(allocatedOf: AllocatedOf | null): HeldFile[] {
    const files = [...this.#files.values()].map((found): HeldFile => {
      const { name, device, node, kind, size, mapped, processes } = found;
      const holders = found.holders.toSorted((a, b) => a.pid - b.pid);
      return { name, device, node, kind, size, allocated: allocated(found, allocatedOf), mapped, holders, processes };
    });
    return files.sort(
      (a, b) =>
        (b.allocated ?? b.size ?? -1) - (a.allocated ?? a.size ?? -1) ||
        (a.name < b.name ? -1 : a.name > b.name ? 1 : Number(a.node) - Number(b.node) || 0),
    );
  }
}

function allocated(found: Found, allocatedOf: AllocatedOf | null): number | null {
  // Nothing was asked where the size is unknown: the file may lie on a dead network file system.
  if (!allocatedOf || found.size === null || found.node === null) return null;
  for (const holder of found.holders) {
    const bytes = holder.number === null ? null : allocatedOf(holder, found);
    if (bytes !== null) return bytes;
  }
  return null;
}
