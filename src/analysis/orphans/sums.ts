import { patternOf } from '../../model/pattern.ts';
import { FILE_STATES, type FileState, type JudgedFile } from './judge.ts';
import type { ObservedFile } from './observation.ts';

export interface FileSum {
  readonly files: number;
  /** Bytes by their sizes, each inode once. */
  readonly bytes: number;
  /** Bytes of their blocks, each inode once. */
  readonly allocated: number;
}

export function sumOf(judged: readonly JudgedFile[]): FileSum {
  const seen = new Set<string>();
  let [bytes, allocated] = [0, 0];
  for (const { file } of judged) {
    if (file.links > 1) {
      if (seen.has(file.key)) continue;
      seen.add(file.key);
    }
    bytes += file.size;
    allocated += file.allocated;
  }
  return { files: judged.length, bytes, allocated };
}

/** Bytes that removing each of these files frees, one after the other: the last name of a file does, and no name before it. */
export function freedBy(files: readonly ObservedFile[]): { readonly path: string; readonly bytes: number }[] {
  const names = new Map<string, number>();
  return files.map(({ path, key, links, allocated }) => {
    const found = (names.get(key) ?? 0) + 1;
    names.set(key, found);
    return { path, bytes: found === links ? allocated : 0 };
  });
}

/** Bytes that removing these files would free: not those of a file that has a name elsewhere. */
export function reclaimable(judged: readonly JudgedFile[]): number {
  return freedBy(judged.map(({ file }) => file)).reduce((sum, { bytes }) => sum + bytes, 0);
}

export interface PatternSum extends FileSum {
  readonly pattern: string;
  /** An example. */
  readonly name: string;
  readonly state: FileState;
  /** Seconds. */
  readonly oldest: number;
}

/** By state and pattern, orphaned first, then what takes most. */
export function byPattern(judged: readonly JudgedFile[]): PatternSum[] {
  const groups = new Map<string, JudgedFile[]>();
  for (const one of judged) {
    const key = `${one.state} ${patternOf(one.file.path)}`;
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return [...groups]
    .map(([key, group]) => {
      const { state, file } = group[0] as JudgedFile;
      const oldest = group.reduce((most, { age }) => Math.max(most, age), 0);
      return { pattern: key.slice(state.length + 1), name: file.path, state, ...sumOf(group), oldest };
    })
    .sort(
      (a, b) =>
        FILE_STATES.indexOf(b.state) - FILE_STATES.indexOf(a.state) ||
        b.allocated - a.allocated ||
        b.files - a.files ||
        (a.pattern < b.pattern ? -1 : 1),
    );
}
