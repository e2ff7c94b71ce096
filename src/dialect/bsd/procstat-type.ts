import type { DescriptorClass } from '../../model/descriptor-class.ts';

/** Classes of the T column of procstat(1); `v` is told by the V column, `s` by PRO. kqueue is the BSDs' epoll. */
const PROCSTAT_TYPES: Readonly<Record<string, DescriptorClass>> = {
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
const VNODE_TYPES: Readonly<Record<string, DescriptorClass>> = {
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

/** The words that procstat's libxo output has for the letters of T and V. */
export const PROCSTAT_WORDS: Readonly<Record<string, string>> = {
  vnode: 'v',
  socket: 's',
  pipe: 'p',
  fifo: 'f',
  kqueue: 'k',
  crypto: 'c',
  mqueue: 'm',
  shm: 'h',
  pts: 't',
  sem: 'e',
  procdesc: 'P',
  dev: 'D',
  eventfd: 'E',
  regular: 'r',
  directory: 'd',
  block: 'b',
  character: 'c',
  link: 'l',
  revoked_device: 'x',
};

/** Class of a row from its T, V and PRO columns. */
export function classOfProcstat(
  type: string,
  vnode: string | undefined,
  protocol: string | undefined,
): DescriptorClass {
  if (type === 'v' && vnode !== undefined) return VNODE_TYPES[vnode] ?? 'other';
  if (type !== 's') return PROCSTAT_TYPES[type] ?? 'other';
  if (protocol === undefined || protocol === '?') return 'other';
  return /^UD[SDQ?]$/.test(protocol) ? 'unix' : 'inet';
}
