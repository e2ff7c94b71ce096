import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { ForeignInputError, LeaksofError, UsageError } from '../../../src/model/error.ts';
import type { RowBatch } from '../../../src/model/row-batch.ts';
import { plainInput } from '../../../src/source/plain-input.ts';
import { errorMessage, errorOf } from '../../../src/source/thread/error-message.ts';
import { threadedSource, threadProgram } from '../../../src/source/thread/threaded.ts';
import { collector } from '../../support/collected.ts';

const folder = mkdtempSync(join(tmpdir(), 'leaksof-thread-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const program = threadProgram();
if (program === null) throw new Error('dist/parse-thread.js is missing: the build before the tests failed');

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const HEADER = 'COMMAND     PID     USER   FD      TYPE DEVICE SIZE/OFF    NODE NAME\n';

function listing(rows: number, name: (row: number) => string): string {
  let text = HEADER;
  for (let row = 0; row < rows; row++) {
    const pid = `${1000 + Math.floor(row / 900)}`.padStart(7);
    text += `nginx   ${pid} www-data ${`${row % 900}`.padStart(4)}u      REG    8,1     4096  131073 ${name(row)}\n`;
  }
  return text;
}

/** Ends with a row wrapped by a terminal and lines that are none, so that small batches are among the large. */
const LARGE = `${listing(60_000, (row) => `/srv/app/${row % 7}/file-${row}`)}what is this\n\n${listing(3, () => '/a b')}`;

async function both(path: string) {
  const [threaded, plain] = [collector(), collector()];
  const threadedResult = await threadedSource({ path }, program as string).read(threaded);
  const plainResult = await plainInput({ path }).read(plain);
  return { threaded, plain, threadedResult, plainResult };
}

async function failureOf(reading: Promise<unknown>): Promise<unknown> {
  return reading.then(
    () => null,
    (error: unknown) => error,
  );
}

describe('an input parsed by a thread', () => {
  it.each([
    ['plain', LARGE],
    ['compressed', gzipSync(LARGE)],
    ['small', listing(1, () => '/a')],
  ])('gives what this thread would: %s', async (name, content) => {
    const { threaded, plain, threadedResult, plainResult } = await both(file(`${name}.txt`, content));
    expect(threaded.rowLines).toEqual(plain.rowLines);
    expect(threaded.facts).toEqual(plain.facts);
    expect(threadedResult).toEqual(plainResult);
  });

  it('fails as this thread would', async () => {
    const path = file('foreign.bin', Buffer.alloc(100_000, '\u0000\u0001\u0002'));
    const threaded = await failureOf(threadedSource({ path }, program).read(collector()));
    const plain = await failureOf(plainInput({ path }).read(collector()));
    expect(threaded).toBeInstanceOf(ForeignInputError);
    expect({ ...(threaded as LeaksofError) }).toEqual({ ...(plain as LeaksofError) });
    expect((threaded as LeaksofError).message).toBe((plain as LeaksofError).message);
  });

  it('fails for a file that is missing', async () => {
    const error = await failureOf(threadedSource({ path: join(folder, 'nothing') }, program).read(collector()));
    expect(error).toBeInstanceOf(LeaksofError);
  });

  it('fails where its program does', async () => {
    const broken = file('broken.mjs', 'throw new TypeError("broken");');
    const error = await failureOf(threadedSource({ path: '-' }, broken).read(collector()));
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).message).toBe('broken');
  });

  it('fails where its program ends without a word', async () => {
    const silent = file('silent.mjs', '');
    await expect(threadedSource({ path: '-' }, silent).read(collector())).rejects.toThrow('has ended');
  });

  it('stops where its rows are refused, although it waits for room', async () => {
    const path = file('refused.txt', LARGE + LARGE.slice(HEADER.length).repeat(3));
    let batches = 0;
    const reading = threadedSource({ path }, program).read({
      listing: () => {},
      process: () => {},
      rows: (_batch: RowBatch) => {
        batches++;
        throw new Error('enough');
      },
    });
    await expect(reading).rejects.toThrow('enough');
    expect(batches).toBe(1);
  });

  it('does not keep a program alive that never reads', async () => {
    const path = file('unread.txt', LARGE);
    const url = new URL('../../../dist/index.js', import.meta.url).href;
    const script = file('unread.mjs', `import { read } from ${JSON.stringify(url)}; read(${JSON.stringify(path)});`);
    const ended = await new Promise((resolve) => new Worker(script).once('exit', resolve));
    expect(ended).toBe(0);
  });
});

describe('an error on its way between threads', () => {
  it('keeps its class, sentence, hint and exit code', () => {
    for (const error of [
      new UsageError('a', 'b'),
      new ForeignInputError('c'),
      new LeaksofError('d', null, 3),
      new RangeError('e'),
    ]) {
      const again = errorOf(structuredClone(errorMessage(error)));
      expect(again.message).toBe(error.message);
      expect(again.name).toBe(error.name);
      expect(again.stack).toBe(error.stack);
      if (error instanceof LeaksofError) {
        expect(again).toBeInstanceOf(error.constructor);
        expect({ ...again }).toEqual({ ...error });
      }
    }
  });

  it('may be anything', () => {
    expect(errorOf(errorMessage('no error')).message).toBe('no error');
  });
});
