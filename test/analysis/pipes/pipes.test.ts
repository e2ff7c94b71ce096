import { describe, expect, it } from 'vitest';
import { endsAnalysis } from '../../../src/analysis/pipes/ends.ts';
import { type Observation, type TcpFact, UNOBSERVED } from '../../../src/analysis/pipes/observation.ts';
import { pipesReport } from '../../../src/analysis/pipes/pipes.ts';
import { LIVE } from '../../support/findings.ts';
import { ASKED, blocked, fills, type Given, judged, pipe, tcp, unix } from '../../support/pipe-rows.ts';
import { reportOf, times } from '../../support/rows.ts';

describe('a full pipe', () => {
  const PAIR = [pipe(1, '4w', '77'), pipe(2, '0r', '77')];

  it('between two processes is a warning: the reader may come', () => {
    const [finding] = judged(PAIR, { seen: fills(['77', 65_185, 65_536]) }).findings;
    expect(finding).toMatchObject({ rule: 'pipe-full', severity: 'warning', pid: 1, target: 'pipe:[77]' });
    expect(finding?.message).toContain('app1 1 (fd 4) writes to pipe 77, app2 2 (fd 0) reads it');
    expect(finding?.evidence).toMatchObject({ queued: 65_185, capacity: 65_536, readers: 1, writers: 1, stuck: false });
  });

  it('is critical beside a stopped reader, and where nobody reads', () => {
    const stopped = judged(PAIR, { seen: fills(['77', 65_536, 65_536]), facts: [{ pid: 2, state: 'T' }] });
    expect(stopped.findings[0]).toMatchObject({ severity: 'critical', evidence: { stuck: true } });
    const unread = judged(PAIR.slice(0, 1), { seen: fills(['77', 65_536, 65_536]) });
    expect(unread.findings[0]?.message).toContain('nobody can read it');
    const hidden = judged(PAIR.slice(0, 1), {
      seen: fills(['77', 65_536, 65_536]),
      facts: [{ pid: 9, refused: 'permission' }],
    });
    expect(hidden.findings[0]?.message).toContain('nobody that can be seen can read it');
  });

  it('of one page is no alarm while nobody waits', () => {
    expect(judged(PAIR, { seen: fills(['77', 10, 4096]) }).findings[0]?.severity).toBe('info');
    const waited = judged(PAIR, { seen: { ...fills(['77', 10, 4096]), blocked: [blocked(1, 'pipe 77')] } });
    expect(waited.findings[0]).toMatchObject({ severity: 'warning', evidence: { tid: 2, call: 'write', fd: 4 } });
  });

  it('of one page takes more, though one process holds both ends', () => {
    const both = [pipe(1, '3r', '77'), pipe(1, '4w', '77')];
    const { findings, data } = judged(both, { seen: fills(['77', 2, 4096]), maxPipe: 0.9 });
    expect([findings[0]?.severity, data.budget]).toEqual(['info', { limit: 0.9, value: 2 / 4096, verdict: 'pass' }]);
    expect(findings[0]?.message).toContain('but for one that the rest of its last page takes');
    const whole = judged(both, { seen: fills(['77', 4096, 4096]) }).findings[0];
    expect([whole?.severity, whole?.message]).toEqual(['critical', expect.not.stringContaining('but for one')]);
  });

  it('says which of several writers sleeps', () => {
    const shell = [...PAIR, pipe(3, '1w', '77')];
    const seen = { ...fills(['77', 65_536, 65_536]), blocked: [blocked(3, 'pipe 77', { tid: 3 })] };
    expect(judged(shell, { seen }).findings[0]?.message).toMatch(
      /^app1 1 \(fd 4\), app3 3 \(fd 1\) write to pipe 77, app2 2 \(fd 0\) reads it; .*; the first thread of app3 3 sleeps in write/,
    );
  });

  it('that waits for itself says so', () => {
    const rows = [pipe(1, '3r', '77'), pipe(1, '4w', '77')];
    const { findings, data } = judged(rows, { seen: { blocked: [blocked(1, 'pipe 77')] } });
    expect(data.pipes[0]).toMatchObject({ state: 'full', alone: true, queued: null });
    expect(findings[0]?.message).toMatch(
      /both ends of pipe 77, and nobody else any; it is full; its thread 2 \(pool\).*it waits for itself/,
    );
  });

  it('is not what a blocked reader has: an empty one', () => {
    const { findings, data } = judged(PAIR, { seen: { blocked: [blocked(2, 'pipe 77', { direction: 'read' })] } });
    expect(data.pipes[0]).toMatchObject({ state: 'unknown', blocked: [{ direction: 'read' }] });
    expect(findings).toEqual([]);
  });
});

describe('the budget of a pipe', () => {
  const rows = [pipe(1, '3r', '77'), pipe(1, '4w', '77'), pipe(1, '5w', '78'), pipe(2, '0r', '78')];
  const of = (given: Given) => judged(rows, { maxPipe: 0.9, ...given }).verdict;

  it('passes only if every pipe was read, and fails by one that was', () => {
    expect(of({ seen: fills(['77', 10, 65_536], ['78', 50_000, 65_536]) })).toBe('pass');
    expect(of({ seen: fills(['77', 10, 65_536]) })).toBe('inconclusive');
    expect(of({ seen: fills(['78', 60_000, 65_536]) })).toBe('fail');
    expect(of({ seen: { blocked: [blocked(1, 'pipe 77')] } })).toBe('fail');
  });

  it('gives no pass where processes were refused, nothing was asked, or packets hide the room', () => {
    const both = fills(['77', 10, 65_536], ['78', 10, 65_536]);
    expect(of({ seen: both, facts: [{ pid: 9, refused: 'permission' }] })).toBe('inconclusive');
    expect(of({ seen: { fill: UNOBSERVED.fill } })).toBe('inconclusive');
    expect(of({ live: false })).toBe('inconclusive');
    const flags = new Map([['pipe 77', { packets: true, nonblocking: true }]]);
    expect(of({ seen: { ...both, flags } })).toBe('inconclusive');
    expect(of({ seen: { ...fills(['77', 0, 65_536], ['78', 10, 65_536]), flags } })).toBe('pass');
  });

  it('asks nothing of a pipe that nobody can write to', () => {
    const unwritten = [pipe(1, '3r', '77'), pipe(1, '5w', '78'), pipe(2, '0r', '78')];
    const seen = {
      fills: new Map([...fills(['78', 10, 65_536]).fills, ['pipe 77', { why: 'no write end' }] as const]),
    };
    expect(judged(unwritten, { seen, maxPipe: 0.9 }).verdict).toBe('pass');
  });
});

describe('what could not be told', () => {
  it('is no answer where a fill was asked for and none could be read', () => {
    const fill = { asked: true, method: null, why: 'Node has no ioctl(2)' };
    const { verdict, sections } = judged([pipe(1, '4w', '77')], { seen: { fill } });
    expect(verdict).toBe('inconclusive');
    expect(JSON.stringify(sections)).toContain('could not be read: Node has no ioctl(2)');
  });

  it('makes the coverage incomplete', () => {
    const { coverage } = judged([pipe(1, '4w', '77')], { seen: { hidden: ['no ss'] } });
    expect(coverage).toMatchObject({ complete: false, hidden: ['no ss'] });
  });

  it('is no missing end in a listing', () => {
    expect(judged([pipe(1, '4w', '77')], { live: false }).data.pipes[0]?.missing).toBeNull();
    expect(judged([pipe(1, '4', '77')]).data.pipes[0]?.missing).toBeNull();
    expect(judged([pipe(1, '4u', '77')]).data.pipes[0]).toMatchObject({ missing: null, alone: true });
  });
});

describe('holders', () => {
  it('are counted beyond those that are kept, and one of each end is kept', () => {
    const rows = [...times(100, (i) => pipe(i + 1, '0r', '77')), pipe(500, '4w', '77')];
    const [found] = judged(rows).data.pipes;
    expect(found).toMatchObject({ readers: 100, writers: 1, missing: null });
    expect(found?.ends).toHaveLength(32);
    expect(found?.ends.find(({ access }) => access === 'w')).toMatchObject({ pid: 500, fd: 4 });
  });
});

describe('a pair of sockets', () => {
  const rows = [unix(1, '3u', '10'), unix(1, '4u', '11')];
  const fact = (peer: string, receive: number, send: number) => ({
    peer,
    receive,
    send,
    buffer: 212_992,
    listening: false,
  });
  const known = new Map([
    ['10', fact('11', 210, 0)],
    ['11', fact('10', 0, 161_280)],
  ]);
  const writer = blocked(1, 'unix 11', { call: 'sendto', wchan: 'sock_alloc_send_pskb' });

  it('is found by the thread that is blocked, whatever waits in it', () => {
    const { data, findings } = judged(rows, { seen: { unix: known, blocked: [writer] } });
    expect(data.pairs).toMatchObject([{ type: 'STREAM', alone: true, sockets: [{ node: '10' }, { node: '11' }] }]);
    expect(findings).toMatchObject([{ rule: 'blocked-writer', severity: 'critical', pid: 1, target: 'socket:[11]' }]);
    expect(findings[0]?.message).toContain(
      'sleeps in sendto on fd 4 of 1 byte, wchan sock_alloc_send_pskb; 210 bytes wait there, 161,280 of 212,992 bytes of its send buffer are taken; the other end is its own',
    );
  });

  it('is a warning where another process may read', () => {
    const two = [unix(1, '4u', '11'), unix(2, '3u', '10')];
    expect(judged(two, { seen: { unix: known, blocked: [writer] } }).findings[0]?.severity).toBe('warning');
    const stopped = judged(two, { seen: { unix: known, blocked: [writer] }, facts: [{ pid: 2, state: 'T' }] });
    expect(stopped.findings[0]).toMatchObject({ severity: 'critical' });
  });

  it('is none where a socket is not connected', () => {
    expect(judged([unix(1, '3u', '10', '/dev/log type=DGRAM (UNCONNECTED)')]).data.pairs).toEqual([]);
    // Two sockets of which nobody knows the other ends are not two pairs.
    const text = JSON.stringify(judged([unix(1, '3u', '10'), unix(1, '4u', '11')]).sections);
    expect(text).toContain('0 connected unix socket pairs, 2 unix sockets of which the other end is not known');
    expect(judged([unix(1, '3u', '10', '/run/x type=STREAM (LISTEN)')]).data.pairs).toEqual([]);
  });

  it('of which the other end is not known says so', () => {
    const [finding] = judged([unix(1, '4u', '11')], { seen: { blocked: [writer] } }).findings;
    expect(finding?.message).toContain('who holds the other end is not known');
    const [pair] = judged([unix(1, '4u', '11')], { seen: { unix: known } }).data.pairs;
    expect(pair?.sockets).toMatchObject([{ node: '11' }, { node: '10', receive: 210, ends: [] }]);
  });
});

describe('queues of TCP', () => {
  const way = '10.0.0.1:80->10.0.0.2:5000';
  const quiet: TcpFact = {
    local: '10.0.0.1:80',
    remote: '10.0.0.2:5000',
    listening: false,
    receive: 0,
    send: 0,
    windowClosed: false,
    resending: false,
    limit: null,
    ceiling: null,
  };
  const seen = (fact: Partial<TcpFact>, more: Partial<Observation> = {}): Given => ({
    seen: { tcp: new Map([['5', { ...quiet, ...fact }]]), ...more },
  });

  it.each([
    [{ send: 2_756_841, windowClosed: true }, 'send-queue', 'window closed'],
    [{ send: 52, resending: true }, 'send-queue', 'resending'],
  ] as const)('%j is a finding of %s', (fact, rule, stalled) => {
    const { data, findings } = judged([tcp(1, '4u', '5', `${way} (ESTABLISHED)`)], seen(fact));
    expect(data.queues).toMatchObject([{ send: fact.send, stalled }]);
    expect(findings).toMatchObject([{ rule, severity: 'warning', pid: 1, target: way, evidence: { stalled } }]);
  });

  it('that move are a figure and no finding', () => {
    const { data, findings } = judged([tcp(1, '4u', '5', `${way} (ESTABLISHED)`)], seen({ send: 100, receive: 9 }));
    expect(data.queues).toMatchObject([{ send: 100, receive: 9, stalled: null }]);
    expect(findings).toEqual([]);
  });

  const listener = [tcp(1, '3u', '5', '*:80 (LISTEN)')];

  it.each([
    [3, 4, null, null],
    [4, 4, null, 'warning'],
    [5, 4, null, 'critical'],
    [0, 0, null, null],
    [1, 0, null, 'critical'],
    [4000, null, 4096, 'warning'],
    [100, null, 4096, null],
    [100, null, null, null],
  ])('a backlog of %s of %s (at most %s) is %s', (waiting, limit, ceiling, severity) => {
    const fact = { listening: true, remote: null, receive: waiting, limit, ceiling };
    const { data, findings } = judged(listener, seen(fact));
    expect(data.backlogs).toMatchObject([{ protocol: 'TCP', waiting, limit, ceiling }]);
    expect(findings.map((finding) => finding.severity)).toEqual(severity === null ? [] : [severity]);
  });
});

describe('a second look', () => {
  it('gives the rate, and from the third on a picture', () => {
    const rows = [pipe(1, '4w', '77'), pipe(2, '0r', '77')];
    const look = (seconds: number, queued: number): Observation => ({
      ...ASKED,
      seconds,
      ...fills(['77', queued, 65_536]),
    });
    const ends = reportOf(endsAnalysis({}), rows, [], LIVE);
    const report = (looks: readonly Observation[]) => pipesReport(ends, { top: 20, maxPipe: null, looks, live: true });
    const second = report([look(10, 1000), look(12, 3048)]);
    expect(second.data.pipes[0]).toMatchObject({ rate: 1024, fullIn: (65_536 - 4096 - 3048) / 1024 });
    expect(second.sections.some(({ kind }) => kind === 'series')).toBe(false);
    const third = report([look(10, 1000), look(12, 3048), look(13, 0)]);
    expect(third.data.pipes[0]).toMatchObject({ rate: -3048, fullIn: null });
    const fourth = report([look(10, 1000), look(12, 3048), look(13, 4000)]);
    expect(fourth.sections.find(({ kind }) => kind === 'series')).toMatchObject({
      title: 'bytes queued in pipe 77',
      x: { values: [0, 2, 3] },
      y: { values: [1000, 3048, 4000] },
    });
  });
});
