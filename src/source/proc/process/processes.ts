import { readdirSync } from 'node:fs';

/** Process ids of a proc tree in ascending order. Throws where the tree cannot be listed. */
export function listProcesses(root: string): number[] {
  const pids: number[] = [];
  for (const entry of readdirSync(root, 'latin1')) {
    const first = entry.charCodeAt(0);
    if (first >= 48 && first <= 57 && /^\d+$/.test(entry)) pids.push(Number(entry));
  }
  return pids.sort((a, b) => a - b);
}
