import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** Writes a file in one step, and only if it differs: a program that runs from dist/ meanwhile never sees half of one. */
export async function writeWhole(path, contents) {
  const bytes = Buffer.from(contents);
  const before = await readFile(path).catch(() => null);
  if (before?.equals(bytes)) return;
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, bytes);
  await rename(temporary, path);
}

/** Removes files of `folder` with that ending that are not in `kept`: chunks of earlier builds. */
export async function removeOthers(folder, ending, kept) {
  const keep = new Set(kept.map((path) => resolve(path)));
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (name.endsWith(ending) && !keep.has(resolve(path))) await rm(path, { force: true });
  }
}
