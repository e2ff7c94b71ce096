import { statSync } from 'node:fs';
import { deviceText } from '../descriptor/file-type.ts';

/** Bytes of a block as stat(2) counts them, whatever the file system's own. */
const BLOCK = 512;

/**
 * Bytes of the blocks of the file behind a descriptor; null where the descriptor is closed, refused, or another file by
 * now. `device` is `major,minor`. Only for files that were asked once already: stat(2) of a dead network file system hangs.
 */
export function allocatedBehind(path: string, device: string | null, node: string | null): number | null {
  try {
    const stats = statSync(path, { bigint: true });
    if (String(stats.ino) !== node || deviceText(Number(stats.dev)) !== device) return null;
    return Number(stats.blocks) * BLOCK;
  } catch {
    return null;
  }
}
