// A forked reader of descriptors: tasks come on standard input, batches go to standard output (scan-task.ts, wire.ts).
// It stands in the folder of descriptors it reads, which makes every name short: the parent must not leave its own.
import { readSync, writeSync } from 'node:fs';
import { DescriptorReader } from '../descriptor/descriptors.ts';
import { Rows } from '../descriptor/rows.ts';
import type { ScanAnswer, ScannerSetup, ScanTask } from './scan-task.ts';
import { BatchEncoder, MessageReader } from './wire.ts';

const STDIN = 0;
const STDOUT = 1;

function enter(folder: string): boolean {
  try {
    process.chdir(folder);
    return true;
  } catch {
    return false;
  }
}

function writeAll(bytes: Uint8Array): void {
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(STDOUT, bytes, at);
  } catch (error) {
    // The parent is gone: nobody is left to read for, and nothing is wrong.
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') process.exit(0);
    throw error;
  }
}

const setup = JSON.parse(process.argv[2] ?? '') as ScannerSetup;
const encoder = new BatchEncoder();
/** What the next answer says: nothing but rows, while its task goes on. */
let said: ScanAnswer = { losses: null, remote: 0 };
const rows = new Rows({ rows: answer });
const reader = new DescriptorReader(rows, setup.detail, setup.procfs);
let table = -1;

function answer(): void {
  writeAll(encoder.encode(said, rows.batch, rows.textBytes));
}

const messages = new MessageReader((json, payload) => {
  const task = json as ScanTask;
  const { process: target } = task;
  const numbers = new Int32Array(payload.buffer, payload.byteOffset, payload.byteLength >>> 2);
  const remote = reader.remote;
  if (task.table !== table) reader.forget();
  table = task.table;
  const here = enter(`${target.folder}/fd`);
  if (task.associations) reader.readAssociations(target);
  const losses = reader.read(target, numbers, here ? '' : undefined);
  said = { losses, remote: reader.remote - remote };
  if (rows.batch.rows > 0) rows.flush();
  else answer();
  said = { losses: null, remote: 0 };
});

const chunk = Buffer.allocUnsafeSlow(1 << 16);
for (;;) {
  const read = readSync(STDIN, chunk);
  // End of input: the parent is done, or it died and there is nobody left to read for.
  if (read === 0) break;
  messages.write(chunk.subarray(0, read));
}
