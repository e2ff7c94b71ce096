import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';

/** Where the shell's history is kept: the XDG Base Directory Specification's state folder. Relative values of the variable are ignored, as it says. */
export function historyFile(env: Readonly<Record<string, string | undefined>>): string {
  const state = env.XDG_STATE_HOME;
  const folder = state && isAbsolute(state) ? state : join(env.HOME ?? homedir(), '.local', 'state');
  return join(folder, 'leaksof', 'history');
}

/** Makes the file if need be, readable by its owner only: pasted code holds paths and names. */
export function prepareHistory(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
}
