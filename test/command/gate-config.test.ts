import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { leaksOf } from '../../src/analysis/gate/baseline.ts';
import { urlVerdict } from '../../src/analysis/probe/url-verdict.ts';
import type { Surroundings } from '../../src/command/definition.ts';
import { readBaseline, writeBaseline } from '../../src/command/gate/baseline-file.ts';
import { gateCommand } from '../../src/command/gate/gate.ts';
import { type GateConfig, gateConfig } from '../../src/command/gate/gate-config.ts';
import { parseWords } from '../../src/command/line/parse.ts';
import { jsonView } from '../../src/view/json.ts';
import { gateOf, runOf } from '../support/gate-run.ts';
import { lazyTables, leak } from '../support/leak-simulation/behaviour.ts';
import { viewOptions } from '../view/sample.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'leaksof-config-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function config(words: readonly string[] = [], env: Readonly<Record<string, string>> = {}): GateConfig {
  const around: Surroundings = {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env,
    platform: 'linux',
    call: [],
    interruption: () => new AbortController().signal,
  };
  return gateConfig({ options: parseWords(gateCommand, words).options, around }, folder);
}

function write(name: string, value: unknown): void {
  writeFileSync(join(folder, name), typeof value === 'string' ? value : JSON.stringify(value));
}

const FILE = { urls: [':1/file'], allow: ['/file'], budgets: { maxPerRequest: 0.1, maxGrowth: 1 } };

describe('what a gate judges by', () => {
  it('is nothing where nothing is said', () => {
    expect(config()).toEqual({ urls: [], allow: [], maxPerRequest: null, maxGrowth: null });
  });

  it('comes from the options, then from the environment, then from the file', () => {
    write('leaksof.config.json', FILE);
    const env = {
      LEAKSOF_URLS: ':1/env  :2/env',
      LEAKSOF_ALLOW: '/env with blank\n/env',
      LEAKSOF_MAX_PER_REQUEST: '0.2',
      LEAKSOF_MAX_GROWTH: '2',
    };
    const words = ['--url', ':1/flag', '--allow', '/flag', '--max-per-request', '0.3', '--max-growth', '3'];
    expect(config()).toEqual({ urls: [':1/file'], allow: ['/file'], maxPerRequest: 0.1, maxGrowth: 1 });
    expect(config([], env)).toEqual({
      urls: [':1/env', ':2/env'],
      allow: ['/env with blank', '/env'],
      maxPerRequest: 0.2,
      maxGrowth: 2,
    });
    expect(config(words, env)).toEqual({ urls: [':1/flag'], allow: ['/flag'], maxPerRequest: 0.3, maxGrowth: 3 });
  });

  it('may stand in package.json, where there is no file of its own', () => {
    write('package.json', { name: 'x', leaksof: { urls: [':2/'] } });
    expect(config().urls).toEqual([':2/']);
    write('leaksof.config.json', FILE);
    expect(config().urls).toEqual([':1/file']);
  });

  it.each([
    ['{', 'leaksof.config.json: is not JSON'],
    [[], 'leaksof.config.json: wants an object.'],
    [{ url: [] }, 'leaksof.config.json: there is no "url".'],
    [{ urls: ':1/' }, '"urls" wants a list of strings'],
    [{ budgets: { maxPerRequests: 1 } }, 'there is no "maxPerRequests"'],
    [{ budgets: { maxGrowth: -1 } }, '"maxGrowth" wants a number of at least 0'],
    [{ budgets: [] }, '"budgets" wants an object'],
  ])('is refused where it is wrong: %j', (value, sentence) => {
    write('leaksof.config.json', value);
    expect(() => config()).toThrow(sentence);
  });

  it('is refused where the environment is wrong', () => {
    expect(() => config([], { LEAKSOF_MAX_GROWTH: 'many' })).toThrow('LEAKSOF_MAX_GROWTH=many: wants a number');
  });
});

describe('a baseline file', () => {
  const run = runOf(':1/two', { '/srv/a': leak(1), '/srv/\u001b[31m': leak(0.1), '/srv/c': lazyTables(2000) });
  const leaks = leaksOf([urlVerdict(run)]);

  it('says what was written, in the same bytes for the same leaks', () => {
    const file = join(folder, 'known.json');
    writeBaseline(file, leaks);
    expect(leaks).toHaveLength(2);
    expect(readBaseline(file)).toEqual(leaks);
    const before = readFileSync(file, 'utf8');
    writeBaseline(file, leaksOf([urlVerdict(run)]));
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(before).not.toContain('\u001b');
  });

  it('may be the JSON report of a gate or a probe', () => {
    const report = gateOf([run]);
    write('gate.json', jsonView(report, viewOptions()));
    write('probe.json', jsonView({ ...report, command: 'probe' }, viewOptions()));
    for (const name of ['gate.json', 'probe.json']) {
      const read = readBaseline(join(folder, name)).toSorted((one, other) => (one.pattern < other.pattern ? -1 : 1));
      expect(read).toEqual(leaks);
    }
  });

  it.each([
    '',
    '[]',
    '{"command":"rank","urls":[]}',
    '{"command":"gate","urls":[{}]}',
    '{"command":"gate","urls":[{"url":"a","method":"GET","groups":[{"verdict":"leak"}]}]}',
  ])('is refused where it is none: %s', (text) => {
    write('known.json', text);
    expect(() => readBaseline(join(folder, 'known.json'))).toThrow('is no report of leaksof gate --json');
  });
});

describe('JSON', () => {
  const schema = (name: string): object =>
    JSON.parse(readFileSync(new URL(`../../src/schema/${name}.json`, import.meta.url), 'utf8'));
  const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, strictRequired: false });
  for (const name of ['common', 'probe', 'gate', 'config']) ajv.addSchema(schema(name));

  const problems = (name: string, value: unknown): unknown => {
    const validate = ajv.getSchema(`${name}.json`);
    return validate?.(value) ? null : (validate?.errors ?? 'no schema');
  };

  it('of a gate is as its schema says, keys in order', () => {
    const runs = [runOf(':1/two', { '/srv/a': leak(1), '/srv/b': leak(0.1) }), runOf(':1/none', {})];
    const killed = [{ pid: 7, command: 'node' }];
    const reports = [
      gateOf(runs, { allow: ['/srv/a'], maxGrowth: 5, maxPerRequest: 0.5, baselineFile: 'known.json' }, { killed }),
      gateOf(runs, { allowInconclusive: true }, { state: 'late', missing: 'x', lastOutput: ['y'] }),
      gateOf([]),
    ];
    for (const report of reports) {
      const document = JSON.parse(jsonView(report, viewOptions()));
      expect(problems('gate', document)).toBeNull();
      expect(Object.keys(document)).toEqual((schema('gate') as { required: string[] }).required);
    }
  });

  it('of the configuration is as its schema says', () => {
    expect(problems('config', FILE)).toBeNull();
    expect(problems('config', { urls: [1] })).not.toBeNull();
  });
});
