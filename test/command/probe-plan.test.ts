import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Surroundings } from '../../src/command/definition.ts';
import { OptionValues } from '../../src/command/line/option-values.ts';
import { progress } from '../../src/command/output/progress.ts';
import { probeSettings, requestPlans } from '../../src/command/probe/probe-plan.ts';
import { urlsOf } from '../../src/command/probe/url-list.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'leaksof-plan-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
const place = (name: string): string => join(folder, name);

describe('the URLs of a call', () => {
  const urls = (words: string[], text: string) => {
    writeFileSync(place('list'), text);
    return urlsOf({ words, options: new OptionValues(new Map([['urls', [place('list')]]])) });
  };

  it('are those of the words and of the file, each once, in order', () => {
    expect(urls([':1/b', ':1/a'], '# all\r\n:1/a\n\n  POST :1/c   # uploads\n:1/d#part\n')).toEqual([
      ':1/b',
      ':1/a',
      'POST :1/c',
      ':1/d#part',
    ]);
    expect(urls([], '')).toEqual([]);
  });
});

describe('the plan of a call', () => {
  const values = (given: Record<string, boolean | (string | number)[]>) =>
    new OptionValues(new Map(Object.entries(given)));
  const settings = (given: Record<string, boolean | (string | number)[]>) =>
    probeSettings({ options: values(given) }, new AbortController().signal, () => {});

  it('has the defaults of the help', () => {
    expect(settings({})).toMatchObject({
      root: '/proc',
      requests: 5000,
      settle: 3,
      deadline: 15,
      patient: true,
      timeout: 10,
      concurrency: null,
      toLimit: false,
      pids: [],
      also: [],
      allowRemote: false,
    });
  });

  it('leaves time for a longer settle', () => {
    expect(settings({ settle: [30] }).deadline).toBe(67.5);
    expect(settings({ deadline: [15] }).patient).toBe(false);
    expect(() => settings({ settle: [15], deadline: [15] })).toThrow('--settle 15s leaves no time');
  });

  it('takes ports and pids to be watched too', () => {
    expect(settings({ also: [':8000', '77'] }).also).toEqual([{ port: 8000 }, { pid: 77 }]);
    for (const text of [':', '', 'x', '8 0', '::80'])
      expect(() => settings({ also: [text] })).toThrow('wants a PID or :PORT');
  });

  it('asks each URL twice where connections are to be kept too', () => {
    const plans = requestPlans([':1/a', ':1/b'], values({ 'keep-alive': true, method: ['put'] }));
    expect(plans.map(({ url, keepAlive, method }) => [url, keepAlive, method])).toEqual([
      [':1/a', false, 'PUT'],
      [':1/a', true, 'PUT'],
      [':1/b', false, 'PUT'],
      [':1/b', true, 'PUT'],
    ]);
  });

  it('takes a body from the words or from a file', () => {
    writeFileSync(place('body'), Buffer.from([0, 255]));
    expect(requestPlans([':1'], values({ data: ['a=1'] }))[0]?.body?.toString()).toBe('a=1');
    expect(requestPlans([':1'], values({ data: [`@${place('body')}`] }))[0]?.body).toEqual(Buffer.from([0, 255]));
  });
});

describe('progress', () => {
  const talk = (env: Surroundings['env'], isTTY: boolean, quiet = false) => {
    const stderr = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY, columns: 30 });
    const { say, done } = progress({ stderr, env }, quiet);
    say('probing http://127.0.0.1/\u001b[31m a long way on');
    done();
    return String(stderr.read() ?? '');
  };

  it('is one line of a terminal, written over and taken away', () => {
    expect(talk({}, true)).toBe('\r\u001b[Kprobing http://127.0.0.1/\\x1b\r\u001b[K');
  });

  it('is none in a pipe, in CI, on a terminal that cannot, or where it is not wanted', () => {
    expect([talk({}, false), talk({ CI: '1' }, true), talk({ TERM: 'dumb' }, true), talk({}, true, true)]).toEqual([
      '',
      '',
      '',
      '',
    ]);
  });
});
