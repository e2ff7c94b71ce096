import { statfsSync } from 'node:fs';

/** f_type of statfs(2), from include/uapi/linux/magic.h: local file systems whose inode numbers are the files' own. */
const LOCAL: Readonly<Record<number, string>> = {
  61267: 'ext4',
  1481003842: 'xfs',
  2435016766: 'btrfs',
  16914836: 'tmpfs',
  4076150800: 'f2fs',
  801189825: 'zfs',
  3393526350: 'bcachefs',
  827541066: 'jfs',
  1382369651: 'reiserfs',
  2240043254: 'ramfs',
};

const OVERLAY = 0x794c7630;

/** Names of those of which it is often asked why not. */
const OTHER: Readonly<Record<number, string>> = {
  [OVERLAY]: 'overlay',
  26985: 'nfs',
  4283649346: 'cifs',
  4266872130: 'smb2',
  16914839: '9p',
  1702057286: 'fuse',
  12805120: 'ceph',
  19780: 'vfat',
  538032816: 'exfat',
};

/** What is known of the file system below a folder at one time. */
export interface FileSystemState {
  /** A name, or the number of statfs(2). */
  readonly type: string;
  readonly local: boolean;
  readonly overlay: boolean;
  /** Bytes. */
  readonly size: number;
  /** Bytes that nothing takes, the part kept for root too. */
  readonly free: number;
  /** Bytes that an ordinary user may take. */
  readonly available: number;
}

/** The part of statfs(2) that is needed, so that tests can have their own. */
export type Statfs = (path: Buffer) => {
  readonly type: number;
  readonly bsize: number;
  readonly blocks: number;
  readonly bfree: number;
  readonly bavail: number;
};

export const systemStatfs: Statfs = (path) => statfsSync(path);

export function fileSystemOf(path: Buffer, statfs: Statfs): FileSystemState {
  const { type, bsize, blocks, bfree, bavail } = statfs(path);
  // f_type is signed where long has 32 bits.
  const code = type >>> 0;
  return {
    type: LOCAL[code] ?? OTHER[code] ?? `0x${code.toString(16)}`,
    local: code in LOCAL,
    overlay: code === OVERLAY,
    size: blocks * bsize,
    free: bfree * bsize,
    available: bavail * bsize,
  };
}
