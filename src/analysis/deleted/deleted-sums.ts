import { patternOf } from '../../model/pattern.ts';
import { bytesOf, type HeldFile, type HeldKind } from './held-file.ts';

/** Files added up. */
export interface DeletedSum {
  readonly files: number;
  /** Bytes by their sizes. */
  readonly bytes: number;
  /** Bytes of their blocks; null unless known of each file that has a size. */
  readonly allocated: number | null;
  /** Files whose size is not known: they are in no sum. */
  readonly unsized: number;
}

export function sumOf(files: readonly HeldFile[]): DeletedSum {
  let [bytes, allocated, unsized, asked] = [0, 0, 0, true];
  for (const file of files) {
    bytes += file.size ?? 0;
    allocated += file.allocated ?? 0;
    if (file.size === null) unsized++;
    else if (file.allocated === null) asked = false;
  }
  return { files: files.length, bytes, allocated: asked && unsized < files.length ? allocated : null, unsized };
}

/** What one process holds of files on disk. */
export interface ProcessHeld extends DeletedSum {
  readonly pid: number;
  /** Bytes that no other process holds: free when this one closes them. */
  readonly alone: number;
  /** Largest first. */
  readonly held: readonly HeldFile[];
}

/** By process, who holds most first; a file that several hold counts for each of them. */
export function byProcess(files: readonly HeldFile[]): ProcessHeld[] {
  const held = new Map<number, HeldFile[]>();
  for (const file of files) {
    for (const { pid } of file.holders) {
      const own = held.get(pid);
      if (own) own.push(file);
      else held.set(pid, [file]);
    }
  }
  return [...held]
    .map(([pid, own]) => ({
      pid,
      ...sumOf(own),
      alone: own.reduce((sum, file) => sum + (file.processes === 1 ? bytesOf(file) : 0), 0),
      held: own,
    }))
    .sort((a, b) => (b.allocated ?? b.bytes) - (a.allocated ?? a.bytes) || b.files - a.files || a.pid - b.pid);
}

/** Files whose names fold into one pattern. */
export interface PatternHeld extends DeletedSum {
  readonly pattern: string;
  /** An example. */
  readonly name: string;
  readonly kind: HeldKind;
  readonly processes: number;
}

/** By kind and pattern, what takes most first. */
export function byPattern(files: readonly HeldFile[]): PatternHeld[] {
  const groups = new Map<string, HeldFile[]>();
  for (const file of files) {
    const key = `${file.kind} ${patternOf(file.name)}`;
    const group = groups.get(key);
    if (group) group.push(file);
    else groups.set(key, [file]);
  }
  return [...groups]
    .map(([key, group]) => {
      const { name, kind } = group[0] as HeldFile;
      const holders = new Set(group.flatMap(({ holders }) => holders.map(({ pid }) => pid)));
      const most = Math.max(...group.slice(0, 1000).map(({ processes }) => processes));
      const processes = Math.max(holders.size, most);
      return { pattern: key.slice(kind.length + 1), name, kind, ...sumOf(group), processes };
    })
    .sort(
      (a, b) =>
        (b.allocated ?? b.bytes) - (a.allocated ?? a.bytes) || b.files - a.files || (a.pattern < b.pattern ? -1 : 1),
    );
}
