import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { CouldNotTellError } from '../../model/error.ts';

/** Where the server lies: beside the built program, beside its chunks, or in the build of a source tree. */
const PLACES = ['./demo-server.js', '../demo-server.js', '../../../dist/demo-server.js'];
/** Bytes of the photo. */
const PHOTO = 4096;

/** The server of the demo while it runs. */
export interface Demo {
  readonly pid: number;
  readonly port: number;
  /** Ends the server and removes its folder. */
  stop(): Promise<void>;
}

/** Starts the server of the demo in a folder of its own. It ends with this process, however that ends. */
export async function startDemo(): Promise<Demo> {
  const program = PLACES.map((place) => fileURLToPath(new URL(place, import.meta.url))).find(existsSync);
  if (program === undefined)
    throw new CouldNotTellError('The server of the demo is not part of this build.', 'npm run build');
  const folder = mkdtempSync(join(tmpdir(), 'leaksof-demo-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  writeFileSync(join(folder, 'cat.jpg'), Buffer.alloc(PHOTO, 0xff));
  const child = spawn(process.execPath, [program, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const port = await Promise.race([
    once(createInterface(child.stdout), 'line').then(([line]) => Number(line)),
    ended.then(() => 0),
  ]);
  if (child.pid === undefined || !Number.isInteger(port) || port === 0) {
    process.removeListener('exit', remove);
    remove();
    throw new CouldNotTellError('The server of the demo did not start.', null);
  }
  return {
    pid: child.pid,
    port,
    stop: async () => {
      child.stdin.end();
      await ended;
      process.removeListener('exit', remove);
      remove();
    },
  };
}
