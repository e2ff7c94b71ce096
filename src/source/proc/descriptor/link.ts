import type { DescriptorClass } from '../../../model/descriptor-class.ts';

/** What the text of a `/proc/PID/fd/N` link says by itself. */
export type LinkKind = 'path' | 'pipe' | 'socket' | 'anon' | 'memfd' | 'other';

/** Kind of a link, from its first bytes (proc_pid_fd(5)). */
export function linkKind(link: string): LinkKind {
  switch (link.charCodeAt(0)) {
    case 47:
      return link.startsWith('/memfd:') ? 'memfd' : 'path';
    case 112:
      return link.startsWith('pipe:[') ? 'pipe' : 'other';
    case 115:
      return link.startsWith('socket:[') ? 'socket' : 'other';
    case 97:
      return link.startsWith('anon_inode:') ? 'anon' : 'other';
    default:
      return 'other';
  }
}

/** The number in `pipe:[N]` and `socket:[N]`. */
export function linkInode(link: string): string {
  return link.slice(link.indexOf('[') + 1, -1);
}

const ANONYMOUS: Readonly<Record<string, DescriptorClass>> = {
  '[eventfd]': 'eventfd',
  '[eventpoll]': 'epoll',
  '[timerfd]': 'timerfd',
  '[signalfd]': 'signalfd',
  '[pidfd]': 'pidfd',
  inotify: 'inotify',
  '[inotify]': 'inotify',
};

/** Name of an anonymous inode as lsof prints it: `[eventfd]`, `inotify`. */
export function anonymousName(link: string): string {
  return link.slice('anon_inode:'.length);
}

export function anonymousClass(name: string): DescriptorClass {
  return ANONYMOUS[name] ?? 'other';
}
