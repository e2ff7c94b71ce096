import { sameDevice } from './device.ts';
import type { Held } from './held.ts';

/** So many descriptors that both sides show. */
interface Kept {
  readonly before: Held;
  readonly after: Held;
  readonly count: number;
}

export interface Matched {
  readonly kept: readonly Kept[];
  readonly closed: readonly { readonly held: Held; readonly count: number }[];
  readonly opened: readonly { readonly held: Held; readonly count: number }[];
}

/** One way to know the same open file again: what both must have in common, and what must not speak against it. */
interface Rule {
  /** null = this rule says nothing of it. */
  before(held: Held): string | null;
  after(held: Held): string | null;
  agrees(before: Held, after: Held): boolean;
}

const inode = (held: Held): string | null =>
  (held.kind === 'socket' || held.kind === 'pipe') && held.node !== null ? `${held.kind} ${held.node}` : null;
const pathAndInode = (held: Held): string | null =>
  held.kind === 'file' && held.path !== null ? `${held.path}\0${held.node}` : null;
const path = (held: Held): string | null => (held.path === null ? null : `${held.kind} ${held.path}`);
const pathAlone = (held: Held): string | null => (held.node === null ? path(held) : null);
/** The path where `(deleted)` may be the end of the name: who lists no inode lists no link count either. */
const pathAsPrinted = (held: Held): string | null =>
  held.node === null && held.deleted === true && held.path !== null ? `${held.kind} ${held.path} (deleted)` : null;
const fileInode = (held: Held): string | null => (held.kind === 'file' ? held.node : null);
const kernelObject = (held: Held): string | null => (held.kind.startsWith('kernel') ? held.kind : null);
const kind = (held: Held): string => held.kind;
const kindAlone = (held: Held): string | null => (isBlank(held) ? held.kind : null);

const always = (): boolean => true;
const onDevice = (before: Held, after: Held): boolean => sameDevice(before.device, after.device);
const sameNumber = (before: Held, after: Held): boolean =>
  onDevice(before, after) &&
  (before.path === null || after.path === null || before.numbers.some((number) => after.numbers.includes(number)));

/**
 * From the surest to the least sure; each is about what the ones before left over: the inode of a socket or pipe, whatever
 * its name is; path and inode of a file; the path, where one side says no inode, with `(deleted)` in the name or behind it; inode, device and a descriptor number
 * under another path (the file was renamed); kernel objects, which are alike; what one side neither names nor numbers.
 */
const RULES: readonly Rule[] = [
  { before: inode, after: inode, agrees: always },
  { before: pathAndInode, after: pathAndInode, agrees: onDevice },
  { before: path, after: pathAlone, agrees: onDevice },
  { before: pathAlone, after: path, agrees: onDevice },
  { before: path, after: pathAsPrinted, agrees: onDevice },
  { before: pathAsPrinted, after: path, agrees: onDevice },
  { before: fileInode, after: fileInode, agrees: sameNumber },
  { before: kernelObject, after: kernelObject, agrees: always },
  { before: kind, after: kindAlone, agrees: always },
  { before: kindAlone, after: kind, agrees: always },
];

function isBlank({ path, node }: Held): boolean {
  return path === null && node === null;
}

/** Which descriptors of a process both sides show. Counts add up: before = kept + closed, after = kept + opened. */
export function matchHeld(before: Iterable<Held>, after: Iterable<Held>): Matched {
  const left = [...before].map((held) => ({ held, count: held.count }));
  const right = [...after].map((held) => ({ held, count: held.count }));
  const kept: Kept[] = [];
  for (const rule of RULES) {
    const index = new Map<string, { held: Held; count: number }[]>();
    for (const entry of left) {
      const name = entry.count > 0 ? rule.before(entry.held) : null;
      if (name === null) continue;
      const bucket = index.get(name);
      if (bucket) bucket.push(entry);
      else index.set(name, [entry]);
    }
    for (const entry of right) {
      const name = entry.count > 0 ? rule.after(entry.held) : null;
      const bucket = name === null ? undefined : index.get(name);
      if (!bucket) continue;
      for (const candidate of bucket) {
        const count = Math.min(entry.count, candidate.count);
        if (count === 0 || !rule.agrees(candidate.held, entry.held)) continue;
        entry.count -= count;
        candidate.count -= count;
        kept.push({ before: candidate.held, after: entry.held, count });
        if (entry.count === 0) break;
      }
      while (bucket[0]?.count === 0) bucket.shift();
    }
  }
  return {
    kept,
    closed: left.filter(({ count }) => count > 0),
    opened: right.filter(({ count }) => count > 0),
  };
}
