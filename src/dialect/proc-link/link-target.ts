import type { DescriptorClass } from '../../model/descriptor-class.ts';

/** Targets that are no path: `readlink` of /proc/PID/fd/N gives `kind:[inode]` or `anon_inode:name` (proc(5)). */
const KINDS: readonly (readonly [prefix: string, name: DescriptorClass])[] = [
  ['pipe:[', 'pipe'],
  ['anon_inode:[eventpoll', 'epoll'],
  ['anon_inode:[eventfd', 'eventfd'],
  ['anon_inode:[timerfd', 'timerfd'],
  ['anon_inode:[signalfd', 'signalfd'],
  ['anon_inode:[pidfd', 'pidfd'],
  ['pidfd:[', 'pidfd'],
  ['anon_inode:inotify', 'inotify'],
  ['anon_inode:[inotify', 'inotify'],
  ['[eventpoll]', 'epoll'],
  ['[eventfd]', 'eventfd'],
  ['[timerfd]', 'timerfd'],
  ['[signalfd]', 'signalfd'],
  ['inotify', 'inotify'],
  ['/memfd:', 'memfd'],
];

/** Devices whose names are the same on every Linux; other names below /dev may be plain files or block devices. */
const CHAR_DEVICE =
  /^\/dev\/(?:null|zero|full|u?random|console|tty\w*|ptmx|pts\/(?:\d+|ptmx)|kmsg|fuse|kvm|net\/tun|rtc\d*|input\/\w+|snd\/\w+|dri\/\w+)(?: \(deleted\))?$/;

/**
 * Class of the target of a /proc/PID/fd link. The link does not say which family a `socket:[inode]` belongs to, nor
 * whether a path is a directory: sockets are `other`, paths `regular`.
 */
export function linkClass(target: string): DescriptorClass {
  for (const [prefix, name] of KINDS) if (target.startsWith(prefix)) return name;
  if (target.startsWith('/')) return CHAR_DEVICE.test(target) ? 'char' : 'regular';
  return 'other';
}

/**
 * What a link of /proc/PID/fd can point to: an absolute path, `kind:[inode]`, `anon_inode:name`; before Linux 2.6.38 also
 * `inotify` and `[eventfd]` bare.
 */
export function isLinkTarget(text: string): boolean {
  return /^(?:\/|[a-z_]+:\[|anon_inode:|inotify$|\[[a-z_-]+\]$)/.test(text);
}

const DELETED = ' (deleted)';

/** The target without the kernel's ` (deleted)`, and whether it had one. */
export function withoutDeleted(target: string): { target: string; deleted: boolean } {
  const deleted = target.endsWith(DELETED) && target.length > DELETED.length;
  return { target: deleted ? target.slice(0, -DELETED.length) : target, deleted };
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** Undoes C-style escapes: `\n`, `\001` (octal), `\ `, `\\`, `\"`. The result is Latin-1, one character per byte. */
export function unescapeC(text: string): string {
  return text.replace(
    /\\(?:([0-7]{1,3})|([\s\S]))/g,
    (_whole, octal: string | undefined, letter: string | undefined) =>
      octal !== undefined
        ? String.fromCharCode(Number.parseInt(octal, 8) & 0xff)
        : (ESCAPES[letter ?? ''] ?? letter ?? ''),
  );
}

/**
 * Undoes the quoting of GNU ls on a terminal (`--quoting-style`: shell-escape `'a'$'\n''b'`, c `"a b"`, old locale `` `a' ``).
 * A quote that a cut line left open is taken off too. Null if the text is not quoted as a whole.
 */
export function unquote(text: string): string | null {
  if (/^'(?:\/|[a-z_]+:)[^']*$/.test(text)) return text.slice(1);
  if (/^"(?:[^"\\]|\\[\s\S])*"$/.test(text)) return unescapeC(text.slice(1, -1));
  if (/^`[^']*'$/.test(text) || /^\xe2\x80\x98[\s\S]*\xe2\x80\x99$/.test(text))
    return text.replace(/^(?:`|\xe2\x80\x98)|(?:'|\xe2\x80\x99)$/g, '');
  if (!/^(?:'[^']*'|\$'(?:[^'\\]|\\[\s\S])*'|\\')+$/.test(text)) return null;
  return text.replace(
    /\$'((?:[^'\\]|\\[\s\S])*)'|'([^']*)'|\\'/g,
    (_whole, escaped: string | undefined, plain: string | undefined) =>
      escaped !== undefined ? unescapeC(escaped) : (plain ?? "'"),
  );
}
