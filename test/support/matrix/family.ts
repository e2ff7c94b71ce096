import { readdirSync, readFileSync } from 'node:fs';

/** Pids of a process and all its descendants, by the stat files of /proc. */
export function familyOf(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = parentOf(name);
    if (parent !== null) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const family = [root];
  for (const pid of family) family.push(...(children.get(pid) ?? []));
  return family;
}

function parentOf(pid: string): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return null;
  }
}

/** Descriptors of each process of a family, by listing /proc; processes without any are left out, zombies among them. */
export function descriptorsOf(family: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const pid of family) {
    try {
      const { length } = readdirSync(`/proc/${pid}/fd`);
      if (length > 0) counts.set(pid, length);
    } catch {
      // It has ended.
    }
  }
  return counts;
}
