import { statSync } from 'node:fs';
import type { OwnUse } from '../../model/series.ts';

/** What this process uses itself: whoever watches others must not become a load. */
export function ownUse(root = '/proc'): OwnUse {
  const { user, system } = process.cpuUsage();
  return { descriptors: ownDescriptors(root), cpuSeconds: (user + system) / 1e6, rss: process.memoryUsage.rss() };
}

/** By the kernel's count; null where it gives none. */
function ownDescriptors(root: string): number | null {
  try {
    return statSync(`${root}/self/fd`).size || null;
  } catch {
    return null;
  }
}
