import { createReadStream, fstatSync, readdirSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  ForeignInputError,
  loadDanfo,
  names,
  OPEN_FILE_FIELDS,
  type OpenFile,
  rank,
  read,
  render,
  show,
  toDataFrame,
  UsageError,
} from '../../src/index.ts';

const CAPTURE = 'fixtures/incident/photo-app.txt';
/** Rows of the capture, by lsof's own layout: every line but the header and grep's two. */
const LINES = readFileSync(CAPTURE, 'utf8').trimEnd().split('\n').slice(1, -2);
const PID = Number(LINES[0]?.split(/\s+/)[1]);
const PICTURE = '/srv/photos/cat.jpg';

/** Whether a descriptor of this process is open now. */
function isOpen(number: number): boolean {
  try {
    fstatSync(number);
    return true;
  } catch {
    return false;
  }
}

async function taken(rows: AsyncIterable<OpenFile>, count = Number.POSITIVE_INFINITY): Promise<OpenFile[]> {
  const list: OpenFile[] = [];
  for await (const row of rows) {
    list.push(row);
    if (list.length === count) break;
  }
  return list;
}

const identity = ({ pid, fd, name }: OpenFile): string => `${pid} ${fd} ${name}`;

describe('read', () => {
  it('gives the same rows from a path, a URL, bytes, a stream and an iterable of strings', async () => {
    const expected = (await read(CAPTURE).rows()).map(identity);
    expect(expected).toHaveLength(LINES.length);
    const inputs = [pathToFileURL(CAPTURE), readFileSync(CAPTURE), createReadStream(CAPTURE, { highWaterMark: 999 })];
    for (const input of inputs) expect((await read(input).rows()).map(identity)).toEqual(expected);
    async function* strings(): AsyncGenerator<string> {
      yield* readFileSync(CAPTURE, 'utf8').split(/(?<=\n)/);
    }
    expect((await read(strings()).rows()).map(identity)).toEqual(expected);
    expect((await taken(read(CAPTURE))).map(identity)).toEqual(expected);
  });

  it('asks a file again and again, a stream only once, a kept stream again', async () => {
    const file = read(CAPTURE);
    expect((await file.rank()).data).toEqual((await file.rank()).data);
    const stream = read(createReadStream(CAPTURE));
    await stream.rank();
    await expect(stream.rank()).rejects.toThrow(UsageError);
    const kept = await read(createReadStream(CAPTURE)).keep();
    expect(kept.size).toBe(LINES.length);
    expect((await kept.rank()).data).toEqual((await file.rank()).data);
    expect((await kept.names()).data).toEqual((await file.names()).data);
    expect((await taken(kept)).map(identity)).toEqual((await taken(file)).map(identity));
    expect(await kept.rows()).toEqual(await file.rows());
  });

  it('filters rows and reports, also what is kept, as often as asked', async () => {
    const options = { filter: { class: ['regular'], name: ['*.jpg'], pid: [PID] } };
    const expected = LINES.filter((line) => line.includes(PICTURE)).length;
    const kept = await read(CAPTURE, options).keep();
    for (const listing of [read(CAPTURE, options), kept, kept]) {
      expect(await listing.rows()).toHaveLength(expected);
      expect((await listing.rank()).data.processes).toMatchObject([{ pid: PID, descriptors: expected }]);
    }
  });

  it('closes the input when the loop is left early, and reads no further than needed', async () => {
    let pieces = 0;
    let closed = false;
    async function* endless(): AsyncGenerator<string> {
      try {
        for (;;) {
          pieces++;
          yield `p${pieces}\ncapp\n${'f1\ntREG\nn/a\n'.repeat(10_000)}`;
          await new Promise((resolve) => setImmediate(resolve));
        }
      } finally {
        closed = true;
      }
    }
    expect(await taken(read(endless()), 25_000)).toHaveLength(25_000);
    expect(closed).toBe(true);
    expect(pieces).toBeLessThan(12);
  });

  it('fails where the rows are asked for, not before', async () => {
    const listing = read(Buffer.from(`${'Lorem ipsum dolor sit amet.\n'.repeat(50)}`));
    await expect(taken(listing)).rejects.toThrow(ForeignInputError);
    await expect(read(Buffer.alloc(0)).rank()).rejects.toThrow(/is empty/);
  });

  it('takes the listing that is asked for', async () => {
    const one = 'p1\ncapp\nf1\ntREG\nn/a\nf2\ntREG\nn/b\nm\n';
    const two = 'p1\ncapp\nf1\ntREG\nn/a\nm\n';
    const input = Buffer.from(one + two);
    const counts = async (listing?: 'last' | 'all' | number): Promise<number[]> => {
      const open = read(input, listing === undefined ? {} : { listing });
      return [(await open.rows()).length, (await taken(open)).length];
    };
    expect(await counts()).toEqual([3, 3]);
    expect(await counts('last')).toEqual([1, 1]);
    expect(await counts(1)).toEqual([2, 2]);
    expect((await read(input).rank()).data.processes).toMatchObject([{ descriptors: 1 }]);
  });

  it.runIf(process.platform === 'linux')('looks at this machine', async () => {
    const before = readdirSync('/proc/self/fd').map(Number);
    const rows = await read({ live: true }, { filter: { pid: [process.pid] } }).rows();
    const after = new Set(readdirSync('/proc/self/fd').map(Number));
    // The folder that readdir itself held open is gone from neither or both: only what stayed open must be there.
    const stayed = before.filter((number) => after.has(number) && isOpen(number));
    const numbers = new Set(rows.map(({ number }) => number));
    expect(stayed.filter((number) => !numbers.has(number))).toEqual([]);
    const { data } = await show(process.pid);
    expect(data).toMatchObject({ process: { pid: process.pid } });
  });
});

describe('questions', () => {
  it('are plain functions too', async () => {
    const { data, findings } = await rank(CAPTURE, { top: 1 });
    expect(data.processes[0]).toMatchObject({ pid: PID, command: 'photo-app', softLimit: 1024, hardLimit: 4096 });
    expect(findings.map(({ rule }) => rule)).toContain('many-opens');
    const found = await names(CAPTURE, { exact: true });
    expect(JSON.stringify(found.data)).toContain(PICTURE);
    expect((await show('photo-app', CAPTURE)).findings.length).toBeGreaterThan(0);
  });

  it('can be shown in every format', async () => {
    const report = await rank(CAPTURE);
    expect(JSON.parse(await render(report, 'json'))).toMatchObject({ command: 'rank' });
    expect(await render(report, 'markdown')).toContain('photo-app');
    expect(await render(report, 'terminal', { width: 60, ascii: true })).toMatch(/^[\n -~]*$/);
  });
});

describe('toDataFrame', () => {
  it('gives a danfo.js DataFrame of every field', async () => {
    const df = await toDataFrame(CAPTURE);
    const danfo = await loadDanfo();
    expect(df).toBeInstanceOf(danfo.DataFrame);
    expect(df.shape).toEqual([LINES.length, OPEN_FILE_FIELDS.length]);
    expect(df.columns).toEqual(OPEN_FILE_FIELDS.map(({ name }) => name));
    const counts = df.column('name').valueCounts();
    const index = counts.index.indexOf(PICTURE);
    expect(counts.values[index]).toBe(LINES.filter((line) => line.includes(PICTURE)).length);
    const pictures = df.query(df.column('target').values.map((target) => target === PICTURE));
    const sizes = LINES.filter((line) => line.includes(PICTURE)).map((line) => Number(line.split(/\s+/)[6]));
    expect(pictures.column('size').sum()).toBe(sizes.reduce((sum, size) => sum + size, 0));
  });

  it('keeps numbers whole, absent cells missing and types as documented', async () => {
    const df = await toDataFrame(Buffer.from('p1\ncapp\nf1\ntREG\ns9007199254740991\nn/a\nf2\ntCHR\nn/b\n'));
    expect(df.column('size').values).toEqual([2 ** 53 - 1, null]);
    expect(df.column('size').count()).toBe(1);
    expect(df.column('size').dtype).toBe('float32');
    expect(df.column('target').dtype).toBe('string');
    expect((await toDataFrame(Buffer.from('COMMAND PID USER FD TYPE DEVICE SIZE/OFF NODE NAME\n'))).shape[0]).toBe(0);
  });
});
