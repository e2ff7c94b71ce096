import { Batch } from '../columns/batch.ts';

/**
 * Text cells a dialect or scanner may fill. Each is what the source printed, undecoded.
 *
 * `command` to `flags` are lsof's columns. The rest are for sources that know more than lsof's FD and NAME say
 * (lsfd, /proc): where such a cell is present it wins over what would be derived from `fd`, `type` and `name`.
 */
export const CELLS = [
  'command',
  'tid',
  'task',
  'ppid',
  'pgid',
  'uid',
  'user',
  'fd',
  'type',
  'device',
  'size',
  'offset',
  'links',
  'node',
  'name',
  'flags',
  'access',
  'lock',
  'state',
  'protocol',
  'local',
  'remote',
  'target',
] as const;

export type CellName = (typeof CELLS)[number];

/** Ordinal of each text cell in `batch.text`. */
export const Cell = Object.fromEntries(CELLS.map((name, index) => [name, index])) as Readonly<Record<CellName, number>>;

/** Ordinals in `batch.numbers`. */
export const Num = {
  /** Process id; -1 where the source names none. */
  pid: 0,
  /** 1-based line of the input where the row begins; 0 for a live row. */
  line: 1,
  /** Descriptor class code (`model/descriptor-class.ts`); 0 = derive from `type` and `name`. */
  class: 2,
  /** 0 = derive from `name`, 1 = has a name on disk, 2 = deleted (link count or kernel says so). */
  deleted: 3,
} as const;

export type RowBatch = Batch;

export function createRowBatch(): RowBatch {
  return new Batch(CELLS.length, Object.keys(Num).length);
}
