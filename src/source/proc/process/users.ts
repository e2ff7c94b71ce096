import { dirname, join } from 'node:path';
import { decodeText } from '../../../columns/utf8.ts';
import { tryKernelFile } from '../kernel/kernel-file.ts';

/** Names by uid of a passwd(5) file; the first entry of a uid wins, as in getpwuid(3). */
export function parsePasswd(text: string): Map<number, string> {
  const users = new Map<number, string>();
  for (const line of text.split('\n')) {
    const [name, , uid] = line.split(':');
    if (!name || !uid || !/^\d+$/.test(uid)) continue;
    if (!users.has(Number(uid))) users.set(Number(uid), name);
  }
  return users;
}

/** The users of the machine that `root` (its /proc) belongs to: `etc/passwd` beside it. Users of LDAP stay numbers. */
export function usersBeside(root: string): Map<number, string> {
  const file = tryKernelFile(join(dirname(root), 'etc/passwd'));
  return file ? parsePasswd(decodeText(file, 0, file.length)) : new Map();
}
