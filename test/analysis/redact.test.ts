import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactEndpoint } from '../../src/analysis/redact/redact-address.ts';
import { redactPath } from '../../src/analysis/redact/redact-path.ts';
import { redactRows } from '../../src/analysis/redact/redact-rows.ts';
import { Redactor } from '../../src/analysis/redact/redactor.ts';
import { Tokens } from '../../src/analysis/redact/token.ts';
import { snapshotAnalysis } from '../../src/analysis/snapshot.ts';
import { patternOf } from '../../src/model/pattern.ts';
import type { ProcessFact } from '../../src/model/process.ts';
import { snapshotLine } from '../../src/model/snapshot.ts';
import { feed, TEST_RESULT, type TestRow } from '../support/rows.ts';

const key = new Uint8Array(32).fill(7);
const tokens = new Tokens(key);

describe('redacted paths', () => {
  const component = fc.oneof(
    fc.constantFrom(
      'srv',
      'app',
      'cat.jpg',
      'upload-0001.tmp',
      'tmpab12cd_3',
      'data',
      'libssl.so.3',
      'python3',
      'x y',
      'ü',
    ),
    fc.string({ unit: fc.constantFrom('a', 'b', 'e', '1', '7', '.', '-', '_'), minLength: 1, maxLength: 12 }),
    fc.uuid(),
  );
  const path = fc.array(component, { minLength: 1, maxLength: 5 }).map((parts) => `/${parts.join('/')}`);

  it('have one pattern exactly if the paths had one', () => {
    fc.assert(
      fc.property(path, path, (one, other) => {
        const before = patternOf(one) === patternOf(other);
        expect(patternOf(redactPath(one, tokens)) === patternOf(redactPath(other, tokens))).toBe(before);
      }),
    );
  });

  it('stay distinct, and the same under one key only', () => {
    fc.assert(
      fc.property(path, path, (one, other) => {
        expect(redactPath(one, tokens) === redactPath(other, tokens)).toBe(one === other);
        expect(redactPath(one, new Tokens(key))).toBe(redactPath(one, tokens));
      }),
    );
    expect(redactPath('/srv/app', new Tokens(new Uint8Array(32)))).not.toBe(redactPath('/srv/app', tokens));
  });

  it('fold many names into one pattern', () => {
    const names = Array.from({ length: 50 }, (_, i) => `/srv/acme/upload-${1000 + i}.tmp`);
    const redacted = names.map((name) => redactPath(name, tokens));
    expect(new Set(redacted).size).toBe(50);
    expect(new Set(redacted.map(patternOf)).size).toBe(1);
    expect(redacted[0]).toMatch(/^\/srv\/.*\.tmp$/);
  });
});

describe('redacted addresses', () => {
  it('have one pattern exactly if the addresses had one', () => {
    const host = fc.constantFrom('10.0.0.1', '10.0.0.2', '[fe80::1]', 'db.acme.example', '*', '127.0.0.1');
    const end = fc.tuple(host, fc.integer({ min: 1, max: 65_535 })).map(([name, port]) => `${name}:${port}`);
    const pair = fc.tuple(end, end);
    fc.assert(
      fc.property(pair, pair, (one, other) => {
        const name = ([local, remote]: [string, string]) => `${local}->${remote}`;
        const hidden = ([local, remote]: [string, string]) =>
          `${redactEndpoint(local, tokens)}->${redactEndpoint(remote, tokens)}`;
        expect(patternOf(hidden(one)) === patternOf(hidden(other))).toBe(
          patternOf(name(one)) === patternOf(name(other)),
        );
      }),
    );
  });

  it('keep distinct ports distinct', () => {
    const ports = Array.from({ length: 65_535 }, (_, i) => redactEndpoint(`10.9.8.7:${i + 1}`, tokens));
    expect(new Set(ports).size).toBe(65_535);
  });
});

describe('a redacted snapshot', () => {
  const SECRETS = [
    'alice',
    'bob7',
    'Carol.Smith',
    'acmecorp',
    'merger-plan',
    'hunter2',
    '10.11.12.13',
    'fe80::dead',
    'db.acmecorp.example',
    ':54321',
    ':8443',
    'postgresql-secret',
    'build-host-7',
    'deadbeef-boot',
    '4f00ba4',
  ];
  const rows: TestRow[] = [
    {
      pid: 1,
      command: 'alice-backup',
      user: 'alice',
      fd: '3r',
      type: 'REG',
      name: '/home/alice/merger-plan.xls (deleted)',
      node: '5',
    },
    {
      pid: 1,
      command: 'tool-bob7',
      user: 'alice',
      fd: '4u',
      type: 'REG',
      name: '/home/bob7/acmecorp/hunter2 (nas:/export/acmecorp)',
    },
    {
      pid: 1,
      user: 'alice',
      fd: '5u',
      type: 'IPv4',
      device: '99',
      node: 'TCP',
      name: '10.11.12.13:54321->10.11.12.13:8443 (ESTABLISHED)',
    },
    { pid: 1, user: 'alice', fd: '6u', type: 'IPv6', node: 'TCP', name: '[fe80::dead]:8443 (LISTEN)' },
    {
      pid: 1,
      user: 'alice',
      fd: '7u',
      type: 'IPv4',
      node: 'TCP',
      name: 'db.acmecorp.example:postgresql-secret (LISTEN)',
    },
    {
      pid: 2,
      user: 'bob7',
      task: 'hunter2\x1b[31m',
      fd: '8u',
      type: 'unix',
      name: '@/acmecorp/hunter2 type=STREAM (LISTEN)',
    },
    { pid: 2, user: 'bob7', fd: '9u', type: 'unix', name: 'path=/run/user/1000/acmecorp.sock type=stream' },
    { pid: 2, user: 'bob7', fd: '10r', type: 'a_inode', name: 'inotify inodes=/home/alice,hunter2' },
    { pid: 2, user: 'bob7', fd: '11r', type: 'unknown', name: '/proc/2/fd/11 (readlink: hunter2)' },
    { pid: 2, user: 'bob7', fd: '12r', type: 'memfd', name: '/memfd:acmecorp (deleted)' },
    { pid: 2, user: 'bob7', fd: 'cwd', type: 'DIR', name: '/srv/Carol.Smith' },
    {
      pid: 3,
      command: '/home/Carol.Smith/bin/hunter2tool/app',
      user: 'Carol.Smith',
      fd: '1w',
      type: 'REG',
      name: 'relative acmecorp name',
      flags: 'hunter2/x',
      device: 'nas:acmecorp',
    },
  ];
  const facts: ProcessFact[] = [
    {
      pid: 1,
      user: 'alice',
      uid: 1234567,
      command: 'alice-backup',
      commandLine: 'run --for merger-plan',
      cwd: '/home/alice',
      cgroup: '/user/alice',
      unit: 'acmecorp.service',
      container: '4f00ba4'.repeat(9),
      pod: 'acmecorp-pod',
    },
  ];

  function redacted(): string {
    const lines: string[] = [];
    const redactor = new Redactor(key);
    const result = {
      ...TEST_RESULT,
      info: { ...TEST_RESULT.info, name: '/home/alice/acmecorp.txt' },
      machine: { host: 'build-host-7', bootId: 'deadbeef-boot', kernel: 'Linux 6.8' },
      coverage: {
        hidden: ['cannot stat /home/alice'],
        lines: { total: 1, rows: 0, other: 0, unplaced: [{ line: 4, text: 'hunter2' }], unplacedTotal: 1 },
      },
    };
    const learner = redactor.learner();
    feed(learner, rows);
    for (const fact of facts) learner.process(fact);
    redactor.learnResult(result);
    const analysis = snapshotAnalysis({ onLine: (line) => lines.push(line), redacted: true });
    const front = redactRows(redactor, analysis);
    feed(front, rows);
    for (const fact of facts) front.process(fact);
    const { data } = analysis.finish(redactor.result(result));
    return [snapshotLine(data.header), ...lines, snapshotLine({ end: data.end })].join('\n');
  }

  it('holds no secret that went in', () => {
    const text = redacted().toLowerCase();
    expect(SECRETS.filter((secret) => text.includes(secret.toLowerCase()))).toEqual([]);
    expect(text).not.toContain('1234567');
  });

  it('keeps counts, classes, states and what is deleted', () => {
    const out = redacted()
      .split('\n')
      .flatMap((line) => JSON.parse(line).row ?? []);
    expect(out.map((row) => [row.pid, row.class])).toEqual([
      [1, 'regular'],
      [1, 'regular'],
      [1, 'inet'],
      [1, 'inet'],
      [1, 'inet'],
      [2, 'unix'],
      [2, 'unix'],
      [2, 'inotify'],
      [2, 'unreadable'],
      [2, 'memfd'],
      [2, 'directory'],
      [3, 'regular'],
    ]);
    expect(out[0].deleted).toBe(true);
    expect(out.map((row) => row.state).filter(Boolean)).toEqual(['ESTABLISHED', 'LISTEN', 'LISTEN', 'LISTEN']);
  });
});
