import { DESCRIPTOR_CLASSES, type DescriptorClass } from '../model/descriptor-class.ts';
import type { ClassCounts, ProcessSummary, TopTarget } from './process/process-summary.ts';
import { byText, byUtilisation } from './rank/rank-order.ts';

/** What processes are put together by. */
export const GROUPINGS = ['process', 'command', 'user', 'container', 'tree'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/**
 * Processes that share a label. The group's place is that of its worst member: a sum over a sum of limits would hide one
 * process at 4000 of 4096 among many idle ones.
 */
export interface ProcessGroup {
  /** null for those without such a label: no container, user not known. */
  readonly key: string | null;
  readonly members: readonly ProcessSummary[];
  readonly worst: ProcessSummary;
  /** Sum over the members that were counted. */
  readonly descriptors: number;
  readonly openFiles: number;
  /** Sum over the members whose rows were read; null if none were. */
  readonly classes: ClassCounts | null;
  /** The largest of the members' own top targets. */
  readonly topTarget: TopTarget | null;
}

export function groupBy(grouping: Grouping, summaries: readonly ProcessSummary[]): ProcessGroup[] {
  const label = labeller(grouping, summaries);
  const members = new Map<string | null, ProcessSummary[]>();
  for (const summary of summaries) {
    const key = label(summary);
    const group = members.get(key);
    if (group) group.push(summary);
    else members.set(key, [summary]);
  }
  return [...members]
    .map(([key, group]) => groupOf(key, group.toSorted(byUtilisation)))
    .sort((a, b) => byUtilisation(a.worst, b.worst) || byText(a.key ?? '', b.key ?? ''));
}

function groupOf(key: string | null, members: readonly ProcessSummary[]): ProcessGroup {
  let topTarget: TopTarget | null = null;
  for (const member of members) {
    if (member.topTarget && (!topTarget || member.topTarget.count > topTarget.count)) topTarget = member.topTarget;
  }
  return {
    key,
    members,
    worst: members[0] as ProcessSummary,
    descriptors: members.reduce((sum, member) => sum + (member.descriptors ?? 0), 0),
    openFiles: members.reduce((sum, member) => sum + (member.openFiles ?? 0), 0),
    classes: sumClasses(members),
    topTarget,
  };
}

function sumClasses(members: readonly ProcessSummary[]): ClassCounts | null {
  const read = members.flatMap(({ classes }) => (classes ? [classes] : []));
  if (read.length === 0) return null;
  const sum: { [name in DescriptorClass]?: number } = {};
  for (const name of DESCRIPTOR_CLASSES) {
    const count = read.reduce((total, classes) => total + (classes[name] ?? 0), 0);
    if (count > 0) sum[name] = count;
  }
  return sum;
}

function labeller(
  grouping: Grouping,
  summaries: readonly ProcessSummary[],
): (summary: ProcessSummary) => string | null {
  switch (grouping) {
    case 'process':
      return ({ pid }) => (pid === null ? null : String(pid));
    case 'command':
      return ({ command }) => command;
    case 'user':
      return ({ user }) => user;
    case 'container':
      return ({ fact }) => fact.container ?? fact.pod ?? null;
    case 'tree':
      return treeLabel(summaries);
  }
}

/**
 * A tree is named by its topmost process below init: pid 1 and the kernel's 2 are everybody's ancestors and say nothing.
 * Where the parent is not known, or not in the input, the process stands at the top itself.
 */
function treeLabel(summaries: readonly ProcessSummary[]): (summary: ProcessSummary) => string | null {
  const byPid = new Map(
    summaries.flatMap((summary) => (summary.pid === null ? [] : [[summary.pid, summary] as const])),
  );
  return (summary) => {
    let top = summary;
    const visited = new Set<number>();
    for (;;) {
      const { ppid } = top.entry;
      const parent = ppid === null || ppid <= 2 || visited.has(ppid) ? undefined : byPid.get(ppid);
      if (!parent || ppid === null) break;
      visited.add(ppid);
      top = parent;
    }
    return top.pid === null ? null : `${top.pid} ${top.command ?? ''}`.trimEnd();
  };
}
