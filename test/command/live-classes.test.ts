import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { DescriptorClass } from '../../src/model/descriptor-class.ts';
import { kernelCounts } from '../../src/source/proc/descriptor/count.ts';
import { canBecomeNobody, NOBODY } from '../support/as-user.ts';
import { type Factory, useFactories } from '../support/factory.ts';
import { type LsofRow, lsofRows } from '../support/live.ts';
import { requireThat, requireTool } from '../support/require-tool.ts';
import { leaksof, PROGRAM } from '../support/run.ts';

const KINDS: readonly (readonly [kind: string, className: DescriptorClass])[] = [
  ['regular', 'regular'],
  ['deleted', 'regular'],
  ['directory', 'directory'],
  ['memfd', 'memfd'],
  ['fifo', 'pipe'],
  ['pipe', 'pipe'],
  ['char', 'char'],
  ['block', 'block'],
  ['unix', 'unix'],
  ['netlink', 'netlink'],
  ['tcp4', 'inet'],
  ['tcp6', 'inet'],
  ['udp4', 'inet'],
  ['unconnected', 'inet'],
  ['eventfd', 'eventfd'],
  ['epoll', 'epoll'],
  ['timerfd', 'timerfd'],
  ['inotify', 'inotify'],
  ['signalfd', 'signalfd'],
  ['pidfd', 'pidfd'],
];

interface Shown {
  readonly pid: number;
  readonly descriptors: number | null;
  readonly listed: number | null;
  readonly reserved: number | null;
  readonly classes: Readonly<Record<string, number>> | null;
}

interface Document {
  readonly processes?: readonly Shown[];
  readonly process?: Shown;
  readonly findings: readonly { readonly rule: string; readonly pid: number | null; readonly evidence: object }[];
  readonly coverage: { readonly complete: boolean; readonly processes: Readonly<Record<string, number>> };
}

async function json(...words: string[]): Promise<Document> {
  const { stdout, stderr, status } = await leaksof([...words, '--json']);
  expect(`${status} ${stderr}`).toBe('0 ');
  return JSON.parse(stdout) as Document;
}

/** Class of a row by lsof's TYPE and NAME alone. */
function classByLsof({ t = '', n = '' }: LsofRow): string {
  if (t === 'a_inode')
    return (
      /^\[?event(fd|poll)/
        .exec(n)?.[1]
        ?.replace(/^poll$/, 'epoll')
        .replace(/^fd$/, 'eventfd') ??
      /\w+/.exec(n)?.[0] ??
      ''
    );
  if (t === 'REG') return n.startsWith('/memfd:') ? 'memfd' : 'regular';
  return (
    { DIR: 'directory', FIFO: 'pipe', CHR: 'char', BLK: 'block', IPv4: 'inet', IPv6: 'inet', sock: 'inet' }[t] ?? t
  );
}

function classesByLsof(pid: number): Record<string, number> {
  const classes: Record<string, number> = {};
  for (const [fd, row] of lsofRows(pid)) {
    if (!/^\d/.test(fd)) continue;
    const name = classByLsof(row);
    classes[name] = (classes[name] ?? 0) + 1;
  }
  return classes;
}

describe.runIf(process.platform === 'linux')('23 descriptors of every class, on the command line', () => {
  const factory = useFactories();

  it('are 23 for rank, show, export and lsof', async ({ skip }) => {
    if (!requireTool('lsof')) skip();
    const made: (readonly [Factory, DescriptorClass])[] = [];
    for (const [kind, className] of KINDS) {
      const one = await factory(kind);
      if (requireThat(one.skipped === undefined, `no ${kind}: ${one.skipped}`)) made.push([one, className]);
    }
    const pids = made.map(([{ pid }]) => String(pid));
    const rank = await json('rank', '--all', '--pid', pids.join(','));
    expect(rank.processes).toHaveLength(made.length);
    const { stdout } = await leaksof(['export', '--pid', pids.join(','), '--fields', 'pid,number,class']);
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { pid: number; number: number | null; class: string });
    for (const [one, className] of made) {
      const truth = { pid: one.pid, descriptors: one.total, listed: one.total, classes: classesByLsof(one.pid) };
      expect(rank.processes?.find(({ pid }) => pid === one.pid)).toMatchObject(truth);
      expect(truth.classes[className]).toBeGreaterThanOrEqual(23);
      const opened = rows.filter(({ pid, number }) => pid === one.pid && one.opened.includes(number ?? -1));
      expect(opened).toHaveLength(23);
      expect(new Set(opened.map((row) => row.class))).toEqual(new Set([className]));
      expect(rows.filter(({ pid, number }) => pid === one.pid && number !== null)).toHaveLength(one.total);
      const show = await json('show', String(one.pid));
      expect(show.process).toMatchObject(truth);
    }
  });

  it('are 23 reserved numbers where threads wait in accept()', async ({ skip }) => {
    if (!requireThat(kernelCounts('/proc'), 'this kernel gives no counts (before 6.2)')) skip();
    const made = await factory('accept');
    if (!requireThat(made.skipped === undefined, `no accept: ${made.skipped}`)) skip();
    const truth = { descriptors: made.total + 23, listed: made.total, reserved: 23 };
    const rank = await json('rank', '--pid', String(made.pid));
    expect(rank.processes).toMatchObject([truth]);
    expect(rank.findings.find(({ rule }) => rule === 'reserved')).toMatchObject({ pid: made.pid });
    const show = await json('show', String(made.pid));
    expect(show.process).toMatchObject(truth);
    const { stdout } = await leaksof(['export', '--pid', String(made.pid), '--fields', 'number', '--format', 'csv']);
    expect(stdout.match(/^\d+\r?$/gm)).toHaveLength(made.total);
  });

  it('are deleted files with their bytes, both ends of pipes, in rank as in show', async () => {
    const [deleted, pipes] = [await factory('deleted'), await factory('pipe', { count: 46 })];
    for (const words of [['rank'], ['rank', '--all']]) {
      const { findings } = await json(...words, '--pid', `${deleted.pid},${pipes.pid}`);
      expect(findings.find(({ rule }) => rule === 'deleted-held')).toMatchObject({
        pid: deleted.pid,
        evidence: { files: 23, bytes: 23_000 },
      });
      expect(findings.find(({ rule }) => rule === 'pipe-ends')).toMatchObject({
        pid: pipes.pid,
        evidence: { pairs: 23 },
      });
    }
  });

  it('is a process, not a zombie, whose first thread ended', async ({ skip }) => {
    const made = await factory('leaderless');
    if (!requireThat(made.skipped === undefined, `no leaderless: ${made.skipped}`)) skip();
    const { processes, findings } = await json('rank', '--pid', String(made.pid));
    expect(processes).toMatchObject([{ descriptors: made.total, classes: { regular: 23 } }]);
    expect(findings.some(({ rule }) => rule === 'zombie')).toBe(false);
  });

  it('is no gap in the coverage where a process is a zombie', async () => {
    const made = await factory('zombie');
    const { coverage, findings } = await json('rank', '--pid', String(made.said.zombie));
    expect(coverage).toMatchObject({ complete: true, processes: { seen: 1, counted: 1, listed: 1 } });
    expect(findings.some(({ rule }) => rule === 'zombie')).toBe(true);
  });
});

describe.runIf(process.platform === 'linux')('unprivileged, on the command line', () => {
  const factory = useFactories();
  const asNobody = (...words: string[]) =>
    spawnSync(process.execPath, [PROGRAM, ...words], {
      uid: NOBODY,
      gid: NOBODY,
      cwd: '/',
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const possible = () => canBecomeNobody() && asNobody('--help').status === 0;

  it("counts another user's process, and says that its names were refused and how to see them", async ({ skip }) => {
    if (!requireThat(possible(), 'cannot run the program as another user')) skip();
    if (!requireThat(kernelCounts('/proc'), 'this kernel gives no counts (before 6.2)')) skip();
    const made = await factory('regular');
    for (const words of [['rank', '--pid'], ['show']]) {
      const { stdout, stderr, status } = asNobody(...words, String(made.pid), '--json');
      const document = JSON.parse(stdout) as Document;
      const shown = document.process ?? document.processes?.[0];
      expect(shown).toMatchObject({ pid: made.pid, descriptors: made.total, listed: null, classes: null });
      expect(document.coverage).toMatchObject({
        complete: false,
        processes: { seen: 1, counted: 1, listed: 0, refused: 1 },
      });
      expect(stderr).toContain('sudo ');
      expect(status).toBe(0);
    }
    const rows = asNobody('export', '--pid', String(made.pid));
    expect(rows.stdout).toBe('');
    expect(rows.stderr).toContain('not listed (no permission)');
  });

  it('sees 23 of its own', async ({ skip }) => {
    if (!requireThat(possible(), 'cannot run the program as another user')) skip();
    const made = await factory('regular', { uid: NOBODY });
    const { stdout } = asNobody('rank', '--pid', String(made.pid), '--json');
    expect((JSON.parse(stdout) as Document).processes).toMatchObject([
      { descriptors: made.total, listed: made.total, classes: { regular: 23 } },
    ]);
  });
});

describe.runIf(process.platform === 'linux')('19,000 descriptors and their labels', () => {
  const factory = useFactories();

  it('are counted exactly from lsof text, with and without its threads', async ({ skip }) => {
    if (!requireTool('lsof')) skip();
    const made = await factory('threaded');
    expect(made.opened).toHaveLength(19_000);
    for (const flags of [[], ['-a', '-K']]) {
      const lsof = spawnSync('lsof', ['-nP', ...flags, '-p', String(made.pid)], {
        encoding: 'utf8',
        maxBuffer: 1 << 28,
      });
      const { stdout, status } = await leaksof(['rank', '-', '--json'], { input: lsof.stdout });
      expect(status).toBe(0);
      expect((JSON.parse(stdout) as Document).processes).toMatchObject([
        { pid: made.pid, descriptors: made.total, classes: { char: 19_000 } },
      ]);
    }
    const live = await json('rank', '--pid', String(made.pid));
    expect(live.processes).toMatchObject([{ descriptors: made.total, listed: made.total, classes: { char: 19_000 } }]);
  });
});
