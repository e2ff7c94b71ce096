import { readlinkSync } from 'node:fs';
import { decodeText } from '../../../columns/utf8.ts';
import { Cell } from '../../../model/row-batch.ts';
import { deviceText, guessType, REGULAR, typeOfMode } from '../descriptor/file-type.ts';
import type { Deleted, Rows } from '../descriptor/rows.ts';
import { exactNumber, linkBytes, tryStat } from '../file/inode.ts';
import type { Mounts } from '../file/mounts.ts';
import { escapeBytes } from '../kernel/escape-bytes.ts';
import { tryKernelFile } from '../kernel/kernel-file.ts';
import type { Detail, ListedProcess } from './listed-process.ts';
import { type Mapping, parseMaps } from './maps.ts';

/** Links of a process's folder that are open files without a number, by their lsof name. */
const LINKS = [
  ['cwd', 'cwd'],
  ['rtd', 'root'],
  ['txt', 'exe'],
] as const;

const DELETED = ' (deleted)';

interface Place {
  readonly fd: string;
  /** Link or file to ask for type, device, size; null where nobody may ask. */
  readonly path: string | null;
  readonly name: Uint8Array;
  readonly deleted: Deleted;
  /** What is known without asking. */
  readonly mapping?: Mapping;
}

/**
 * Writes the rows of what a process holds open beside its descriptors: `cwd`, `rtd`, `txt`, mapped files as `mem` and
 * mapped files that were deleted as `DEL`. None of them counts against the limit. Parts that are refused are left out.
 */
export function writeAssociations(
  rows: Rows,
  process: ListedProcess,
  detail: Detail,
  procfs: boolean,
  mounts: Mounts,
): void {
  const seen = new Set<string>();
  let program: string | null = null;
  for (const [fd, link] of LINKS) {
    const path = `${process.folder}/${link}`;
    let text: string;
    try {
      text = readlinkSync(path);
    } catch {
      // A kernel thread has no exe; another user's links are refused, as its listing is.
      continue;
    }
    const asked = procfs && !mounts.remote(text);
    const key = writePlace(rows, process, detail, {
      fd,
      path: asked ? path : null,
      name: linkBytes(path, text),
      deleted: text.endsWith(DELETED) ? 'unknown' : 'no',
    });
    if (fd !== 'txt') continue;
    program = text;
    if (key) seen.add(key);
  }
  if (process.stuck) return;
  const maps = tryKernelFile(`${process.folder}/maps`);
  if (!maps) return;
  for (const mapping of parseMaps(Buffer.from(maps))) {
    const key = `${mapping.device} ${mapping.inode}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const text = decodeText(mapping.path, 0, mapping.path.length);
    // On Btrfs and overlays the device in maps is not the one of stat(2): the program shows up again under its path.
    if (text === program) continue;
    if (text.endsWith(DELETED)) {
      rows.begin(process, null, 'yes');
      rows.shared(Cell.fd, 'DEL');
      rows.shared(Cell.type, 'REG');
      rows.shared(Cell.device, mapping.device);
      rows.own(Cell.node, mapping.inode);
      rows.own(Cell.name, escapeBytes(mapping.path.subarray(0, mapping.path.length - DELETED.length)));
      rows.end();
      continue;
    }
    // `map_files` leads to the mapped file itself, whatever has its path by now, in whatever mount namespace.
    const asked = procfs && !mounts.remote(text) && text.startsWith('/');
    writePlace(rows, process, detail, {
      fd: 'mem',
      path: asked ? `${process.folder}/map_files/${mapping.range}` : null,
      name: mapping.path,
      deleted: 'no',
      mapping,
    });
  }
}

/** Returns `device inode` of what was written, where that is known. */
function writePlace(rows: Rows, process: ListedProcess, detail: Detail, place: Place): string | null {
  const text = decodeText(place.name, 0, place.name.length);
  const stats = place.path === null ? null : tryStat(place.path);
  const guess = place.fd === 'cwd' || place.fd === 'rtd' ? { type: 'DIR', class: 'directory' as const } : REGULAR;
  const type = stats ? typeOfMode(stats.mode) : place.fd === 'mem' ? guessType(text, 0) : guess;
  const deleted = stats && place.deleted === 'unknown' ? (stats.nlink === 0 ? 'yes' : 'no') : place.deleted;
  rows.begin(process, type.class, deleted);
  rows.shared(Cell.fd, place.fd);
  rows.shared(Cell.type, type.type);
  rows.own(Cell.name, escapeBytes(place.name));
  if (!stats || place.path === null || detail === 'name') {
    if (place.mapping) {
      rows.shared(Cell.device, place.mapping.device);
      rows.own(Cell.node, place.mapping.inode);
    }
    rows.end();
    return null;
  }
  const special = type.class === 'char' || type.class === 'block';
  const device = deviceText(special ? stats.rdev : stats.dev);
  const node = exactNumber(place.path, stats.ino, 'ino');
  rows.shared(Cell.device, device);
  if (!special) rows.own(Cell.size, exactNumber(place.path, stats.size, 'size'));
  rows.shared(Cell.links, String(stats.nlink));
  rows.own(Cell.node, node);
  rows.end();
  return `${device} ${node}`;
}
