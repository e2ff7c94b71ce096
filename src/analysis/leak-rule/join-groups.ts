import { globMatcher } from '../glob.ts';
import type { LifeLevels, Measurement, Reading, Survivors, TargetGroup } from './measurement.ts';

/** A group of so few descriptors at its highest says nothing by itself. */
const FEW = 2;
/** So many groups of few, alike in type and place, are one whose names do not fold. */
const MANY = 6;

export interface JoinedGroups {
  readonly measurement: Measurement;
  /** By index of each group before, its index now. */
  readonly place: readonly number[];
}

/**
 * Joins groups that are one thing under names that the rules of patterns did not make equal.
 *
 * - Strays: one in seven random names reads like a word or ends in a sign, so `/tmp/upload-*` has siblings `/tmp/upload-LopgmM`
 *   and `/tmp/upload-*_`. What came or went, in the same folder, and fits the pattern of a larger group belongs to it.
 * - Scattered ones: where nothing folds (names made of words), a leak would be a thousand groups that grew by one.
 */
export function joinGroups(measurement: Measurement): JoinedGroups {
  const { lowest, highest } = rangeOf(measurement);
  const into = measurement.groups.map((group) => group);
  const joined = joinStrays(into, highest, lowest);
  joinScattered(into, highest, joined);
  const made = [...new Set(into)];
  const place = into.map((group) => made.indexOf(group));
  return { measurement: made.length === into.length ? measurement : regrouped(measurement, made, place), place };
}

/** Gives the indexes of those that were joined. */
function joinStrays(into: TargetGroup[], highest: readonly number[], lowest: readonly number[]): Set<number> {
  const hosts = into
    .map((group, index) => ({ group, index, level: highest[index] }))
    .filter(({ group, level }) => level > FEW && placeOf(group).last.includes('*'))
    .sort((a, b) => b.level - a.level || a.index - b.index);
  const guests = new Set<number>();
  for (const { group, index } of hosts) {
    if (guests.has(index)) continue;
    const fits = globMatcher(group.pattern.replace(/[\\?[]/g, '\\$&'));
    for (const [other, guest] of into.entries()) {
      if (other === index || guests.has(other) || into[other] === group) continue;
      const sibling = alike(guest, group) && placeOf(guest).folder === placeOf(group).folder;
      if (!sibling || highest[other] === lowest[other] || highest[other] > highest[index]) continue;
      if (!placeOf(guest).last.includes('*') && highest[other] > FEW) continue;
      if (!fits(guest.name) && !fits(guest.pattern)) continue;
      into[other] = group;
      guests.add(other);
    }
  }
  return guests;
}

function joinScattered(into: TargetGroup[], highest: readonly number[], without: ReadonlySet<number>): void {
  const joined = new Set(without);
  for (const place of [(group: TargetGroup) => placeOf(group).folder, () => '']) {
    const buckets = new Map<string, number[]>();
    for (const [index, group] of into.entries()) {
      if (joined.has(index) || highest[index] > FEW) continue;
      const key = [group.type, group.class, group.upstream === true, placeOf(group).mark, place(group)].join('\0');
      buckets.set(key, [...(buckets.get(key) ?? []), index]);
    }
    for (const members of buckets.values()) {
      if (members.length < MANY) continue;
      const first = into[members[0]];
      const group = { ...first, pattern: `${place(first)}*${placeOf(first).mark}` };
      for (const member of members) {
        into[member] = into.find((other) => alike(other, group) && other.pattern === group.pattern) ?? group;
        joined.add(member);
      }
    }
  }
}

function alike(one: TargetGroup, other: TargetGroup): boolean {
  if (one.upstream !== other.upstream) return false;
  return one.type === other.type && one.class === other.class && placeOf(one).mark === placeOf(other).mark;
}

const DELETED = ' (deleted)';

function placeOf({ pattern }: TargetGroup): { folder: string; last: string; mark: string } {
  const mark = pattern.endsWith(DELETED) ? DELETED : '';
  const path = pattern.slice(0, pattern.length - mark.length);
  const slash = path.lastIndexOf('/') + 1;
  return { folder: path.slice(0, slash), last: path.slice(slash), mark };
}

/** Lowest and highest level of each group over a measurement. */
function rangeOf({ groups, idle, blocks, settle }: Measurement): { lowest: number[]; highest: number[] } {
  const lowest = groups.map(() => Number.POSITIVE_INFINITY);
  const highest = groups.map(() => 0);
  for (const { levels } of [...idle, ...blocks.flatMap((block) => block.readings), ...settle]) {
    const sums = groups.map(() => 0);
    for (const { counts } of levels) for (const [group, count] of (counts ?? []).entries()) sums[group] += count;
    for (const [group, sum] of sums.entries()) {
      lowest[group] = Math.min(lowest[group], sum);
      highest[group] = Math.max(highest[group], sum);
    }
  }
  return { lowest, highest };
}

function regrouped(measurement: Measurement, made: readonly TargetGroup[], place: readonly number[]): Measurement {
  const sum = (values: readonly number[]): number[] => {
    const sums = made.map(() => 0);
    for (const [group, value] of values.entries()) sums[place[group]] += value;
    return sums;
  };
  const level = (levels: LifeLevels): LifeLevels => ({ ...levels, counts: levels.counts && sum(levels.counts) });
  const reading = (raw: Reading): Reading => ({ ...raw, levels: raw.levels.map(level) });
  const survivors = (raw: readonly Survivors[] | null): readonly Survivors[] | null => {
    if (raw === null) return null;
    const [opened, kept] = [sum(raw.map((group) => group.opened)), sum(raw.map((group) => group.kept))];
    return made.map((_, group) => ({ opened: opened[group], kept: kept[group] }));
  };
  return {
    groups: made,
    lives: measurement.lives,
    idle: measurement.idle.map(reading),
    blocks: measurement.blocks.map((block) => ({
      requests: block.requests,
      readings: block.readings.map(reading),
      survivors: survivors(block.survivors),
    })),
    settle: measurement.settle.map(reading),
  };
}
