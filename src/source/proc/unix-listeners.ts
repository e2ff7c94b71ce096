import { tryKernelFile } from './kernel-file.ts';

/** SO_ACCEPTCON in the flags of `/proc/PID/net/unix`: a socket that listens (include/linux/net.h, __SO_ACCEPTCON). */
const ACCEPTING = 0x10000;

/** Sockets that listen in the unix domain of a network namespace: path by inode. Abstract names begin with `@`. */
export function unixListeners(folder: string): Map<string, string> {
  const listeners = new Map<string, string>();
  const text = tryKernelFile(`${folder}/net/unix`)?.toString('latin1') ?? '';
  for (const line of text.split('\n').slice(1)) {
    const fields = line.trim().split(/ +/);
    const [, , , flags = '', , , inode] = fields;
    if (inode === undefined || (Number.parseInt(flags, 16) & ACCEPTING) === 0) continue;
    listeners.set(inode, fields.slice(7).join(' '));
  }
  return listeners;
}
