import { sameLabel } from './same-label.ts';
import type { Side, SideProcess } from './side.ts';

/** `same`: pid and start; `restarted`: another life in the same role; the others are on one side only. */
export type Life = 'same' | 'restarted' | 'started' | 'ended';

export interface Pair {
  readonly life: Life;
  readonly before: SideProcess | null;
  readonly after: SideProcess | null;
}

/** Start times are counted in clock ticks since boot, and boot time is rounded: the same life differs by less. */
const START_ERROR_MS = 1500;

/** Whether two processes of one pid can be one life. A pid is given again, so a known start decides. */
function sameLife({ summary: one }: SideProcess, { summary: other }: SideProcess, sameBoot: boolean): boolean {
  if (one.startTime !== null && other.startTime !== null) {
    return sameBoot && Math.abs(Date.parse(one.startTime) - Date.parse(other.startTime)) <= START_ERROR_MS;
  }
  return sameBoot && sameLabel(one.command, other.command);
}

/** Which process is which on the other side. */
export function matchProcesses(before: Side, after: Side): readonly Pair[] {
  const boots = [before.result.machine?.bootId ?? null, after.result.machine?.bootId ?? null];
  const sameBoot = boots.includes(null) || boots[0] === boots[1];
  const byPid = new Map(before.processes.map((process) => [process.summary.pid, process]));
  const pairs: Pair[] = [];
  const lives = new Map<SideProcess, SideProcess>();
  const left = new Set(before.processes);
  const fresh: SideProcess[] = [];
  for (const process of after.processes) {
    const earlier = byPid.get(process.summary.pid);
    if (earlier && sameLife(earlier, process, sameBoot)) {
      left.delete(earlier);
      lives.set(process, earlier);
      pairs.push({ life: 'same', before: earlier, after: process });
    } else fresh.push(process);
  }
  const started = matchRoles([...left], fresh, pairs, lives);
  for (const process of started) pairs.push({ life: 'started', before: null, after: process });
  const paired = new Set(pairs.map((pair) => pair.before));
  for (const process of left) if (!paired.has(process)) pairs.push({ life: 'ended', before: process, after: null });
  return pairs;
}

/**
 * A worker that was started again has another pid, the same parent and the same command. Several in one role are paired in
 * order of pid. Parents that were restarted themselves are told before their children. Returns the processes in no role.
 */
function matchRoles(
  gone: readonly SideProcess[],
  fresh: readonly SideProcess[],
  pairs: Pair[],
  lives: Map<SideProcess, SideProcess>,
): readonly SideProcess[] {
  let waiting = [...fresh].sort(byPid);
  const free = new Set([...gone].sort(byPid));
  for (;;) {
    const parents = new Map([...lives].map(([after, before]) => [before.summary.pid, after.summary.pid]));
    const still: SideProcess[] = [];
    for (const process of waiting) {
      const found = [...free].find((candidate) => sameRole(candidate, process, parents));
      if (!found) {
        still.push(process);
        continue;
      }
      free.delete(found);
      lives.set(process, found);
      pairs.push({ life: 'restarted', before: found, after: process });
    }
    if (still.length === waiting.length || still.length === 0) return still;
    waiting = still;
  }
}

function byPid({ summary: one }: SideProcess, { summary: other }: SideProcess): number {
  return (one.pid ?? -1) - (other.pid ?? -1);
}

/** @param parents pid after by pid before, of processes that are known again */
function sameRole(
  { summary: before }: SideProcess,
  { summary: after }: SideProcess,
  parents: ReadonlyMap<number | null, number | null>,
): boolean {
  if (before.command === null || after.command === null || !sameLabel(before.command, after.command)) return false;
  if (before.user !== null && after.user !== null && before.user !== after.user) return false;
  const lines = [before.fact.commandLine, after.fact.commandLine];
  if (lines[0] !== undefined && lines[1] !== undefined && lines[0] !== lines[1]) return false;
  const { ppid: parentBefore } = before.entry;
  const { ppid: parentAfter } = after.entry;
  if (parentBefore === null || parentAfter === null) return true;
  // A parent that the source does not show stays what its pid says.
  return (parents.get(parentBefore) ?? parentBefore) === parentAfter;
}
