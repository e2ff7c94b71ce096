import type { DescriptorClass } from '../model/descriptor-class.ts';

/** Classes of the T column of procstat(1); `v` is told by the V column, `s` by PRO. kqueue is the BSDs' epoll. */
export const PROCSTAT_TYPES: Readonly<Record<string, DescriptorClass>> = {
  p: 'pipe',
  f: 'pipe',
  k: 'epoll',
  t: 'char',
  D: 'char',
  P: 'pidfd',
  E: 'eventfd',
  i: 'inotify',
  v: 'regular',
};

/** Classes of the V column. `x` is a revoked device. */
export const VNODE_TYPES: Readonly<Record<string, DescriptorClass>> = {
  r: 'regular',
  d: 'directory',
  b: 'block',
  c: 'char',
  s: 'unix',
  f: 'pipe',
  x: 'unreadable',
};

/** Access as lsof prints it, from the first two places of FLAGS. */
export function accessOfFlags(flags: string): 'r' | 'w' | 'u' | undefined {
  if (flags.startsWith('rw')) return 'u';
  return flags.startsWith('r') ? 'r' : flags[1] === 'w' ? 'w' : undefined;
}
