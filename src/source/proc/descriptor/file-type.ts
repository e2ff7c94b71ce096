import { constants, type Dirent } from 'node:fs';
import type { DescriptorClass } from '../../../model/descriptor-class.ts';

/** lsof's TYPE of what a path leads to, and the class that goes with it. */
export interface FileType {
  readonly type: string;
  readonly class: DescriptorClass;
}

export const REGULAR: FileType = { type: 'REG', class: 'regular' };
const DIRECTORY: FileType = { type: 'DIR', class: 'directory' };
const CHARACTER: FileType = { type: 'CHR', class: 'char' };
const BLOCK: FileType = { type: 'BLK', class: 'block' };
const NAMED_PIPE: FileType = { type: 'FIFO', class: 'pipe' };
const SOCKET: FileType = { type: 'sock', class: 'unix' };
const SYMBOLIC_LINK: FileType = { type: 'LINK', class: 'other' };
const UNKNOWN: FileType = { type: 'unknown', class: 'other' };

/** Type by the file mode's S_IFMT bits (inode(7)). */
export function typeOfMode(mode: number): FileType {
  switch (mode & 0o170000) {
    case 0o100000:
      return REGULAR;
    case 0o040000:
      return DIRECTORY;
    case 0o020000:
      return CHARACTER;
    case 0o060000:
      return BLOCK;
    case 0o010000:
      return NAMED_PIPE;
    case 0o140000:
      return SOCKET;
    case 0o120000:
      return SYMBOLIC_LINK;
    default:
      return UNKNOWN;
  }
}

/** Type by a folder's entry (readdir(3)'s d_type). */
export function typeOfEntry(entry: Dirent): FileType {
  if (entry.isFile()) return REGULAR;
  if (entry.isDirectory()) return DIRECTORY;
  if (entry.isSymbolicLink()) return SYMBOLIC_LINK;
  if (entry.isSocket()) return SOCKET;
  if (entry.isFIFO()) return NAMED_PIPE;
  if (entry.isCharacterDevice()) return CHARACTER;
  return entry.isBlockDevice() ? BLOCK : UNKNOWN;
}

/** `major,minor` of a device number in the C library's encoding (makedev(3)). */
export function deviceText(device: number): string {
  const low = device % 2 ** 32;
  const high = Math.floor(device / 2 ** 32);
  const major = ((low >>> 8) & 0xfff) + (high & 0xfffff000);
  const minor = (low & 0xff) + ((low >>> 12) & 0xfff00);
  return `${major},${minor}`;
}

/** Names below /dev that are files, folders or block devices. */
const CHARACTER_DEVICE =
  /^\/dev\/(?!shm\/|mqueue\/|hugepages\/|disk\/|mapper\/|(?:sd|hd|vd|xvd|nvme\d+n|dm-|loop|md|sr)[a-z0-9]*$)/;

/** What a path probably is where nobody may ask: opendir(3) sets O_DIRECTORY, and names below /dev are devices. */
export function guessType(path: string, flags: number): FileType {
  if ((flags & constants.O_DIRECTORY) !== 0) return DIRECTORY;
  return CHARACTER_DEVICE.test(path) ? CHARACTER : REGULAR;
}
