import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import type { ProcessFact } from '../../src/model/process.ts';
import type { SourceResult } from '../../src/model/source.ts';
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

/** Whether `unshare` can make namespaces here. */
export function canUnshare(): boolean {
  return process.getuid?.() === 0 && spawnSync('unshare', ['-m', '-p', '-f', 'true'], { stdio: 'ignore' }).status === 0;
}

/** A live reading made by another process: a line of sh in which `$READ` is the command and `$DIR` an empty folder. */
export function readInShell(line: string, options: LiveOptions, uid = 0): LiveReading {
  const folder = mkdtempSync(join(tmpdir(), 'as-user-'));
  try {
    chmodSync(folder, 0o755);
    mkdirSync(join(folder, 'dir'));
    const outfile = join(folder, 'child.mjs');
    buildSync({ entryPoints: [CHILD], outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' });
    const asked = JSON.stringify(options).replace('$DIR', join(folder, 'dir'));
    const stdout = execFileSync('sh', ['-c', line], {
      ...(uid === 0 ? {} : { uid, gid: uid }),
      cwd: '/',
      maxBuffer: 1 << 28,
      encoding: 'utf8',
      env: {
        ...process.env,
        DIR: join(folder, 'dir'),
        READ: `${process.execPath} ${outfile}`,
        LEAKSOF_TEST_OPTIONS: asked,
      },
    });
    const { rows, facts, result } = JSON.parse(stdout) as {
      rows: LiveRow[];
      facts: [number, ProcessFact][];
      result: SourceResult;
    };
    return { rows, facts: new Map(facts), result };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A live reading made by a process of another user. */
export function readAsNobody(options: LiveOptions): LiveReading {
  return readInShell('exec $READ', options, NOBODY);
}
