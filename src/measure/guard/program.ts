import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { UsageError } from '../../model/error.ts';

/**
 * Looks whether a program can be started, before anything depends on it: as execvp(3) would look for it.
 *
 * @throws UsageError if it cannot
 */
export function checkProgram(name: string, path: string | undefined): void {
  if (name === '') throw new UsageError('--on-alert wants a program.');
  const places = name.includes('/') ? [name] : (path ?? '').split(delimiter).map((folder) => join(folder || '.', name));
  const files = places.filter(isFile);
  if (files.length === 0) {
    const where = name.includes('/') ? '' : ' in PATH';
    throw new UsageError(`--on-alert ${name}: there is no such program${where}.`);
  }
  if (!files.some(mayRun)) throw new UsageError(`--on-alert ${name}: it may not be executed.`, `chmod +x ${files[0]}`);
}

function isFile(place: string): boolean {
  try {
    return statSync(place).isFile();
  } catch {
    return false;
  }
}

function mayRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
