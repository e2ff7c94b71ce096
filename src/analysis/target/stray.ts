import { encodeText } from '../../columns/utf8.ts';
import type { TargetPatterns } from './target-patterns.ts';

/** A pattern takes in others only if it stands for so many rows, and others only if they are so much rarer. */
const ROWS = 64;
const RARER = 64;

const SLASH = 0x2f;
const STAR = 0x2a;
const DELETED_MARK = encodeText(' (deleted)');

/** A pattern with one blank in its last part: what stands before and behind, and how long the names' blank is. */
interface Host {
  readonly id: number;
  readonly count: number;
  readonly before: string;
  readonly behind: string;
  readonly blank: number;
}

/**
 * Finds strays: one in seven ids drawn from `[A-Za-z0-9]{6}` reads like a word (`upload-LopgmM`), so its name is left beside
 * the pattern of its siblings (`upload-*`). Such a name belongs to the pattern if it lies in the same folder, has the same
 * type, fits the blank to the character, and is rare while the pattern is frequent.
 *
 * Returns for each pattern the one it belongs to, itself for most; null if there are no strays. `prefix` bytes before a
 * pattern are class and type.
 */
export function findStrays(patterns: TargetPatterns, prefix: number): Int32Array | null {
  const hosts = hostsByFolder(patterns, prefix);
  if (hosts.size === 0) return null;
  const into = Int32Array.from({ length: patterns.size }, (_, id) => id);
  let strays = 0;
  for (let id = 0; id < patterns.size; id++) {
    const { folder, last } = split(patterns, id, prefix);
    const candidates = hosts.get(folder);
    if (!candidates) continue;
    const example = patterns.example(id);
    const name = example === null ? last : example.slice(example.lastIndexOf('/') + 1);
    const host = candidates.find((candidate) => candidate.id !== id && belongs(name, patterns.count(id), candidate));
    if (!host) continue;
    into[id] = host.id;
    strays++;
  }
  return strays === 0 ? null : into;
}

function belongs(name: string, count: number, { count: rows, before, behind, blank }: Host): boolean {
  if (count * RARER > rows || name.length !== before.length + blank + behind.length) return false;
  if (!name.startsWith(before) || !name.endsWith(behind)) return false;
  return /^[\w-]+$/.test(name.slice(before.length, before.length + blank));
}

function hostsByFolder(patterns: TargetPatterns, prefix: number): Map<string, Host[]> {
  const hosts = new Map<string, Host[]>();
  for (let id = 0; id < patterns.size; id++) {
    const count = patterns.count(id);
    if (count < ROWS || !patterns.bytes.subarray(patterns.start(id) + prefix, patterns.end(id)).includes(STAR))
      continue;
    const example = patterns.example(id);
    const { folder, last } = split(patterns, id, prefix);
    const [before, behind, more] = last.split('*');
    if (example === null || before === undefined || behind === undefined || more !== undefined) continue;
    const name = example.slice(example.lastIndexOf('/') + 1);
    const host = { id, count, before, behind, blank: name.length - before.length - behind.length };
    hosts.set(folder, [...(hosts.get(folder) ?? []), host]);
  }
  return hosts;
}

/** The key up to the last slash, and the rest without ` (deleted)`, which goes with the folder. */
function split(patterns: TargetPatterns, id: number, prefix: number): { folder: string; last: string } {
  const bytes = patterns.bytes.subarray(patterns.start(id), patterns.end(id));
  const deleted = Buffer.compare(bytes.subarray(-DELETED_MARK.length), DELETED_MARK) === 0;
  const end = deleted ? bytes.length - DELETED_MARK.length : bytes.length;
  const slash = bytes.subarray(prefix, end).lastIndexOf(SLASH) + prefix;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const at = Math.max(slash + 1, prefix);
  return { folder: text.toString('latin1', 0, at) + (deleted ? '*' : ''), last: text.toString('utf8', at, end) };
}
