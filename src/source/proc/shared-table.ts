import { readlinkSync } from 'node:fs';
import type { ProcessFact } from '../../model/process.ts';
import { sameTable } from './perl.ts';

/** Pairs asked in one run; a machine with more look-alikes than that has forked workers, which share nothing. */
const PAIRS = 256;
/** Descriptors compared from each end of a table before the kernel is asked. */
const SAMPLED = 6;

/**
 * Processes that share one descriptor table (clone(2) with CLONE_FILES), by pid: the lower pid it is counted under.
 *
 * Candidates have the same user, the same count above 0, and the same files behind some of their numbers; that finds
 * nobody on most machines, and costs a few readlinks. Only kcmp(2) proves it: without perl or permission nothing is said.
 */
export function findSharedTables(root: string, facts: readonly ProcessFact[]): ReadonlyMap<number, number> {
  const groups = new Map<string, ProcessFact[]>();
  for (const fact of facts) {
    if (!fact.descriptors || fact.uid === undefined) continue;
    push(groups, `${fact.uid} ${fact.descriptors} ${fact.softLimit}`, fact);
  }
  const pairs: [number, number][] = [];
  for (const group of groups.values()) {
    if (group.length < 2) continue;
    for (const alike of lookAlikes(root, group)) {
      for (const [index, later] of alike.entries()) {
        for (const earlier of alike.slice(0, index)) if (pairs.length < PAIRS) pairs.push([earlier.pid, later.pid]);
      }
    }
  }
  const shared = new Map<number, number>();
  if (pairs.length === 0) return shared;
  const answers = sameTable(pairs);
  for (const [index, [earlier, later]] of pairs.entries()) {
    if (answers?.[index] && !shared.has(later)) shared.set(later, shared.get(earlier) ?? earlier);
  }
  return shared;
}

/** Processes of a group with the same links, in ascending pid. */
function lookAlikes(root: string, group: readonly ProcessFact[]): ProcessFact[][] {
  const bySample = new Map<string, ProcessFact[]>();
  for (const fact of group) {
    const sample = sampleOf(`${root}/${fact.pid}/fd`, fact.descriptors ?? 0);
    if (sample !== '') push(bySample, sample, fact);
  }
  return [...bySample.values()].filter((alike) => alike.length > 1);
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
