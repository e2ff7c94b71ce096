import { cellText, classOf } from './classify.ts';
import { className, type DescriptorClass } from './descriptor-class.ts';
import { type Access, accessOf, lockOf, parseFdCell } from './fd-cell.ts';
import { nameFacts } from './name.ts';
import { isOffset, parseOffset, parseSize, parseWhole, type Quantity } from './quantity.ts';
import { Cell, Num, type RowBatch } from './row-batch.ts';

/** One open file: a row with every field read. What the source does not say is null. `schema.ts` describes each field. */
export interface OpenFile {
  readonly line: number | null;
  readonly listing: number;
  readonly command: string | null;
  readonly pid: number | null;
  readonly tid: number | null;
  readonly task: string | null;
  readonly ppid: number | null;
  readonly pgid: number | null;
  readonly uid: number | null;
  readonly user: string | null;
  readonly fd: string | null;
  readonly association: string | null;
  readonly number: number | null;
  readonly access: Access | null;
  readonly lock: string | null;
  readonly type: string | null;
  readonly class: DescriptorClass;
  readonly device: string | null;
  readonly size: Quantity | null;
  readonly offset: Quantity | null;
  readonly links: number | null;
  readonly node: string | null;
  readonly name: string | null;
  readonly target: string | null;
  readonly state: string | null;
  readonly protocol: string | null;
  readonly local: string | null;
  readonly remote: string | null;
  readonly deleted: boolean | null;
}

/** Reads a row whole. For folds over many rows there are cheaper ways: `classify.ts`, `target.ts`. */
export function openFile(batch: RowBatch, row: number): OpenFile {
  const text = (column: number): string | null => {
    const cell = cellText(batch, row, column);
    return cell === null || cell === '' ? null : cell;
  };
  const whole = (column: number): number | null => {
    const cell = text(column)?.trim();
    return cell === undefined ? null : parseWhole(cell);
  };
  const line = (batch.numbers[Num.line] as Int32Array)[row] as number;
  const pid = (batch.numbers[Num.pid] as Int32Array)[row] as number;
  const fd = text(Cell.fd);
  const cell = parseFdCell(fd ?? '');
  const access = text(Cell.access);
  const lock = text(Cell.lock);
  const code = classOf(batch, row);
  const size = text(Cell.size)?.trim() ?? '';
  const offset = text(Cell.offset)?.trim() ?? '';
  const facts = nameFacts(batch, row, code);
  return {
    line: line > 0 ? line : null,
    listing: batch.listing,
    command: text(Cell.command),
    pid: pid >= 0 ? pid : null,
    tid: whole(Cell.tid),
    task: text(Cell.task),
    ppid: whole(Cell.ppid),
    pgid: whole(Cell.pgid),
    uid: whole(Cell.uid),
    user: text(Cell.user),
    fd,
    association: cell.association,
    number: cell.number,
    access: access === null ? cell.access : accessOf(access),
    lock: lock === null ? cell.lock : lockOf(lock),
    type: text(Cell.type),
    class: className(code),
    device: text(Cell.device),
    size: isOffset(size) ? null : parseSize(size),
    offset: parseOffset(offset === '' && isOffset(size) ? size : offset),
    links: whole(Cell.links),
    node: text(Cell.node),
    name: trimmed(text(Cell.name)),
    target: facts.target,
    state: facts.state,
    protocol: facts.protocol,
    local: facts.local,
    remote: facts.remote,
    deleted: facts.deleted,
  };
}

/** lsof ends the rows of some sockets with a blank; others pad. A name keeps leading blanks only. */
function trimmed(name: string | null): string | null {
  if (name === null) return null;
  let end = name.length;
  while (end > 0 && name.charCodeAt(end - 1) === 0x20) end--;
  return end === 0 ? null : name.slice(0, end);
}
