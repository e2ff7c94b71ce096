import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';

/** A folder for each test of a file, gone after it, and programs in it. */
export function useScripts() {
  const held = { folder: '' };
  beforeEach(() => {
    held.folder = mkdtempSync(join(tmpdir(), 'leaksof-script-'));
  });
  afterEach(() => rmSync(held.folder, { recursive: true, force: true }));
  const place = (name: string): string => join(held.folder, name);
  return {
    place,
    /** A program of sh, in which `$HERE` is the folder. */
    script(body: string, mode = 0o755): string {
      writeFileSync(place('hook'), `#!/bin/sh\nHERE='${held.folder}'\n${body}\n`);
      chmodSync(place('hook'), mode);
      return place('hook');
    },
    /** What a program wrote there; empty if it has not. */
    read(name: string): string {
      try {
        return readFileSync(place(name), 'utf8');
      } catch {
        return '';
      }
    },
  };
}

/** Whether a process runs: one that is dead and not buried does not. */
export function isRunning(pid: number): boolean {
  try {
    return !/\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}
