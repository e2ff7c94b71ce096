import { readlinkSync } from 'node:fs';
import type { ProcessFact } from '../../../model/process.ts';
import { sameTable } from '../kernel/perl.ts';
import { readStat } from '../process/read-stat.ts';

/** Pairs asked in one run, those of large tables first. */
const PAIRS = 256;
/** Descriptors compared from each end of a table before the kernel is asked. */
const SAMPLED = 6;
/**
 * Smallest table that is looked at: a shell's, which waiting subshells have copies of all over a machine, is smaller, and
 * counting one of those twice would change no answer.
 */
const SMALLEST = 8;

/**
 * Processes that share one descriptor table (clone(2) with CLONE_FILES), by pid: the lower pid it is counted under.
 *
 * Candidates have the same user, the same count, the same program image (exec(2) gives a process a table of its own), and
 * the same files behind some of their numbers; that finds nobody on most machines, and costs a few readlinks. Only kcmp(2)
 * proves it: without perl or permission nothing is said.
 */
export function findSharedTables(root: string, facts: readonly ProcessFact[]): ReadonlyMap<number, number> {
  const groups = new Map<string, ProcessFact[]>();
  for (const fact of facts) {
    if ((fact.descriptors ?? 0) < SMALLEST || fact.uid === undefined) continue;
    push(groups, `${fact.uid} ${fact.descriptors} ${fact.softLimit}`, fact);
  }
  const pairs = pairsOf([...groups.values()].filter(several).flatMap((group) => lookAlikes(root, group)));
  const shared = new Map<number, number>();
  if (pairs.length === 0) return shared;
  const answers = sameTable(pairs);
  for (const [index, [earlier, later]] of pairs.entries()) {
    if (answers?.[index] && !shared.has(later)) shared.set(later, shared.get(earlier) ?? earlier);
  }
  return shared;
}

function several(group: readonly ProcessFact[]): boolean {
  return group.length > 1;
}

function pairsOf(groups: readonly ProcessFact[][]): [number, number][] {
  const pairs: [number, number][] = [];
  for (const alike of groups.toSorted(([a], [b]) => (b?.descriptors ?? 0) - (a?.descriptors ?? 0))) {
    for (const [index, later] of alike.entries()) {
      for (const earlier of alike.slice(0, index)) if (pairs.length < PAIRS) pairs.push([earlier.pid, later.pid]);
    }
  }
  return pairs;
}

/** Processes of a group with the same image and links, in ascending pid. */
function lookAlikes(root: string, group: readonly ProcessFact[]): ProcessFact[][] {
  const bySample = new Map<string, ProcessFact[]>();
  for (const fact of group) {
    const folder = `${root}/${fact.pid}`;
    const stat = readStat(folder);
    const sample = stat ? sampleOf(`${folder}/fd`, fact.descriptors ?? 0) : '';
    if (stat && sample !== '') push(bySample, `${stat.image}\n${sample}`, fact);
  }
  return [...bySample.values()].filter(several);
}

/** Links of the lowest numbers and of those near the count, where the highest of a dense table are; empty if none is readable. */
function sampleOf(folder: string, count: number): string {
  const links: string[] = [];
  const numbers = new Set<number>();
  for (let i = 0; i < SAMPLED; i++) numbers.add(i).add(Math.max(0, count - 1 - i));
  for (const number of numbers) {
    try {
      links.push(`${number} ${readlinkSync(`${folder}/${number}`)}`);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return '';
    }
  }
  return links.join('\n');
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
