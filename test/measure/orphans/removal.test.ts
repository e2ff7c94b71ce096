import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Outcome, type RemovalSettings, removeFiles } from '../../../src/measure/orphans/removal.ts';
import { type FoundFile, MACHINE, scanOrphans } from '../../../src/measure/orphans/scan.ts';
import { type HolderScan, scanHolders, type WantedFiles } from '../../../src/source/proc/file/file-holders.ts';
import { requireTool } from '../../support/require-tool.ts';

const ADVERSARY = fileURLToPath(new URL('../../support/adversary.py', import.meta.url));
const linux = process.platform === 'linux';

let folder = '';
let outside = '';
/** A proc tree of the processes that play a part here: a look at all of a busy machine takes its time. */
let proc = '';

beforeEach(() => {
  const parent = mkdtempSync(join(tmpdir(), 'orphans-'));
  folder = join(parent, 'spool');
  outside = join(parent, 'outside');
  mkdirSync(join(folder, 'sub'), { recursive: true });
  mkdirSync(outside);
  proc = join(parent, 'proc');
  mkdirSync(proc);
  plays('self', process.pid);
});

afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

function plays(...names: readonly (string | number)[]): void {
  for (const name of names) symlinkSync(`/proc/${name}`, join(proc, String(name)));
}

const eyes = () => ({ ...MACHINE, proc });

async function found(): Promise<readonly FoundFile[]> {
  const { signal } = new AbortController();
  const { files } = await scanOrphans({ folders: [folder], service: null, eyes: eyes(), signal, say: () => {} });
  return files.filter(({ holders }) => holders.length === 0);
}

/** As the command removes, whoever may be unreadable on the machine of the test. */
function remove(files: readonly FoundFile[], more: Partial<RemovalSettings> = {}): Promise<readonly Outcome[]> {
  return removeFiles(files, {
    holders: (wanted: WantedFiles): HolderScan => scanHolders(eyes(), wanted),
    mayHold: () => false,
    signal: new AbortController().signal,
    log: () => {},
    ...more,
  });
}

const kept = (outcomes: readonly Outcome[]) => outcomes.map(({ kept: why }) => why);

function put(name: string, text = name): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe.runIf(linux)('removal', () => {
  it('removes every name of a file, and only while nobody else touches it', async () => {
    for (const name of ['one', 'two']) {
      put(name);
      linkSync(join(folder, name), join(folder, 'sub', name));
    }
    const files = await found();
    const outcomes = await remove(files, {
      onStep: (step, { path }) => {
        // Between its two names: somebody writes to it, by the one that is still there.
        const other = ['two', 'sub/two'].map((name) => join(folder, name)).find((name) => name !== path);
        if (step === 'aside' && path.endsWith('two') && other && existsSync(other)) writeFileSync(other, 'more');
      },
    });
    const why = (name: string) => kept(outcomes.filter(({ file }) => file.path.endsWith(name))).toSorted();
    expect(why('one')).toEqual([null, null]);
    expect(why('two')).toEqual(['changed meanwhile', 'changed since it was found']);
    expect(readdirSync(folder, { recursive: true }).toSorted()).toEqual(['sub', 'sub/two', 'two']);
  });

  it('removes what was found, whatever its name', async () => {
    const names = ['plain', 'new\nline', '-rf', ' ', '\u202etxt', 'sub/x'];
    for (const name of names) put(name);
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.of(0xff, 0xfe, 10)]), '');
    expect(kept(await remove(await found()))).toEqual(Array.from({ length: names.length + 1 }, () => null));
    expect(readdirSync(folder, { recursive: true })).toEqual(['sub']);
  });

  it('keeps a file that was opened since', async () => {
    const path = put('a');
    const files = await found();
    const descriptor = openSync(path, 'r');
    expect(kept(await remove(files))).toEqual([expect.stringMatching(/^held by /)]);
    closeSync(descriptor);
    expect(readFileSync(path, 'utf8')).toBe('a');
  });

  it('gives a file its name back that is opened in the last moment', async () => {
    const path = put('a');
    let descriptor = -1;
    const outcomes = await remove(await found(), {
      onStep: (step) => {
        if (step === 'checked') descriptor = openSync(path, 'r');
      },
    });
    closeSync(descriptor);
    expect(kept(outcomes)).toEqual([expect.stringMatching(/^held by /)]);
    expect(readdirSync(folder)).toEqual(['a', 'sub']);
  });

  it('keeps a file that was written, touched or replaced since', async () => {
    const [written, touched, replaced] = ['a', 'b', 'c'].map((name) => put(name)) as [string, string, string];
    const files = await found();
    writeFileSync(written, 'A');
    utimesSync(touched, 1, 1);
    renameSync(put('d', 'another'), replaced);
    expect(new Set(kept(await remove(files)))).toEqual(new Set(['changed since it was found']));
    expect(readFileSync(replaced, 'utf8')).toBe('another');
  });

  it('keeps what takes the place of a file in the last moment', async () => {
    const path = put('a');
    const outcomes = await remove(await found(), {
      onStep: (step) => {
        if (step === 'checked') renameSync(put('b', 'another'), path);
      },
    });
    expect(kept(outcomes)).toEqual(['changed meanwhile']);
    expect([readdirSync(folder), readFileSync(path, 'utf8')]).toEqual([['a', 'sub'], 'another']);
  });

  it('takes no name away that was given anew', async () => {
    const path = put('a', 'old');
    let descriptor = -1;
    const [outcome] = await remove(await found(), {
      onStep: (step) => {
        if (step === 'checked') descriptor = openSync(path, 'r');
        if (step === 'aside') writeFileSync(path, 'new');
      },
    });
    closeSync(descriptor);
    const name = /left as (\S+) beside/.exec(outcome?.kept ?? '')?.[1] ?? '';
    expect([readFileSync(path, 'utf8'), readFileSync(join(folder, name), 'utf8')]).toEqual(['new', 'old']);
  });

  it.each(['before', 'opened', 'checked'] as const)(
    'goes nowhere else when a folder is swapped (%s)',
    async (moment) => {
      put('sub/x');
      writeFileSync(join(outside, 'x'), 'precious');
      const swap = (): void => {
        renameSync(join(folder, 'sub'), join(outside, '..', 'moved'));
        symlinkSync(outside, join(folder, 'sub'));
      };
      const files = await found();
      if (moment === 'before') swap();
      const outcomes = await remove(files, { onStep: (step) => step === moment && swap() });
      expect(kept(outcomes)).toEqual([expect.stringContaining('its folder')]);
      expect(readFileSync(join(outside, 'x'), 'utf8')).toBe('precious');
      expect(existsSync(join(outside, '..', 'moved', 'x'))).toBe(true);
    },
  );

  it('keeps everything while a process cannot be read that may hold it', async () => {
    put('a');
    const unreadable = [{ pid: 4711, what: 'descriptors' }];
    const holders = (): HolderScan => ({ holders: new Map(), processes: 1, unreadable, layers: [] });
    expect(kept(await remove(await found(), { holders, mayHold: () => true }))).toEqual([
      'process 4711 could not be read',
    ]);
    // Its second look fails: names are given back.
    let looks = 0;
    const failing = (wanted: WantedFiles): HolderScan => {
      if (looks++ > 0) throw new Error('no more');
      return scanHolders(eyes(), wanted);
    };
    expect(kept(await remove(await found(), { holders: failing }))).toEqual([
      'holders could not be looked for (no more)',
    ]);
    expect(readdirSync(folder)).toEqual(['a', 'sub']);
  });

  it('hears an interruption between two batches', async () => {
    // More folders than a batch has open: no batch takes all.
    for (let n = 0; n < 600; n++) {
      mkdirSync(join(folder, `d${n}`));
      put(`d${n}/x`);
    }
    const stop = new AbortController();
    const files = await found();
    const outcomes = await remove(files, {
      signal: stop.signal,
      // As a signal comes: not within what runs, but after it.
      onStep: () => setImmediate(() => stop.abort()),
    });
    const why = kept(outcomes);
    expect([why.length, new Set(why)]).toEqual([600, new Set([null, 'interrupted'])]);
    expect(readdirSync(folder, { recursive: true }).filter((name) => String(name).endsWith('/x'))).toHaveLength(
      why.filter((one) => one !== null).length,
    );
  });

  it('stops when interrupted', async () => {
    put('a');
    expect(kept(await remove(await found(), { signal: AbortSignal.abort() }))).toEqual(['interrupted']);
  });
});

interface Attack {
  /** What the adversary says at its end. */
  readonly end: Promise<{ readonly times: number; readonly lost: number }>;
}

/** Starts an adversary; resolves when it is at work. */
function adversary(...words: readonly string[]): Promise<Attack> {
  const child = spawn('python3', [ADVERSARY, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  plays(child.pid ?? 0);
  let said = '';
  const end = new Promise<{ times: number; lost: number }>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => resolve(JSON.parse(said.split('\n')[1] ?? 'null')));
  });
  return new Promise((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.startsWith('READY')) resolve({ end });
    });
  });
}

describe.runIf(linux)('removal under attack', () => {
  it('never takes the last name of a file that is held', async () => {
    if (!requireTool('python3', ['-V'])) return;
    for (let i = 0; i < 3000; i++) put(`f${i}`);
    const files = await found();
    const attacks = await Promise.all(Array.from({ length: 3 }, () => adversary('hold', folder, '6')));
    // In small parts, so that there are many moments to get wrong.
    const outcomes: Outcome[] = [];
    const slowly = (wanted: WantedFiles): HolderScan => {
      const scan = scanHolders(eyes(), wanted);
      // As if there were many processes more: time to open a file behind the look.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
      return scan;
    };
    for (let at = 0; at < files.length; at += 200) {
      outcomes.push(...(await remove(files.slice(at, at + 200), { holders: slowly })));
      await new Promise((resolve) => setImmediate(resolve));
    }
    const ends = await Promise.all(attacks.map(({ end }) => end));
    expect(ends.map(({ lost }) => lost)).toEqual([0, 0, 0]);
    expect(Math.min(...ends.map(({ times }) => times))).toBeGreaterThan(100);
    const removed = outcomes.filter(({ kept: why }) => why === null).length;
    expect(removed).toBeGreaterThan(0);
    expect(readdirSync(folder)).toHaveLength(3000 - removed + 1);
    expect(readdirSync(folder).filter((name) => name.startsWith('.leaksof-'))).toEqual([]);
  });

  it('never reaches what a link leads to', async () => {
    if (!requireTool('python3', ['-V'])) return;
    const count = 500;
    for (let i = 0; i < count; i++) {
      put(`sub/f${i}`);
      writeFileSync(join(outside, `f${i}`), 'precious');
    }
    const files = await found();
    const attack = await adversary('swap', join(folder, 'sub'), outside, '4');
    for (let at = 0; at < files.length; at += 10) {
      await remove(files.slice(at, at + 10));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await attack.end).times).toBeGreaterThan(10);
    expect(readdirSync(outside)).toHaveLength(count);
  });
});
