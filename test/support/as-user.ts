import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import type { LiveOptions } from '../../src/source/live.ts';
import type { LiveReading, LiveRow } from './live.ts';

const CHILD = fileURLToPath(new URL('./live-child.ts', import.meta.url));

/** `nobody` of Debian, Alpine and most others. */
export const NOBODY = 65534;

/** Whether Node itself can be run as another user here: it needs root, and a node that others may execute. */
export function canBecomeNobody(): boolean {
  if (process.getuid?.() !== 0) return false;
  return spawnSync(process.execPath, ['-e', '0'], { uid: NOBODY, gid: NOBODY, stdio: 'ignore', cwd: '/' }).status === 0;
}

/** A live reading made by a process of another user. */
export function readAsNobody(options: LiveOptions): LiveReading {
  const folder = mkdtempSync(join(tmpdir(), 'as-user-'));
  try {
    chmodSync(folder, 0o755);
    const outfile = join(folder, 'child.mjs');
    buildSync({ entryPoints: [CHILD], outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' });
    const stdout = execFileSync(process.execPath, [outfile, JSON.stringify(options)], {
      uid: NOBODY,
      gid: NOBODY,
      cwd: '/',
      maxBuffer: 1 << 28,
      encoding: 'utf8',
    });
    const { rows, facts, result } = JSON.parse(stdout) as {
      rows: LiveRow[];
      facts: [number, never][];
      result: LiveReading['result'];
    };
    return { rows, facts: new Map(facts), result };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
