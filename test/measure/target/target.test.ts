import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RequestPlan, requestPlan } from '../../../src/measure/load/request-plan.ts';
import { firstConnection } from '../../../src/measure/target/address.ts';
import { isBystander, isForwarder, isProxy } from '../../../src/measure/target/forwarder.ts';
import { keptTo, listeningAt, onward, passedOn } from '../../../src/measure/target/onward.ts';
import { Target, type TargetWish } from '../../../src/measure/target/target.ts';
import { type Burst, readWakes, upstreams } from '../../../src/measure/target/upstream.ts';
import { CouldNotTellError, UsageError } from '../../../src/model/error.ts';
import { type Service, startService } from '../../support/service.ts';

const LINUX = process.platform === 'linux';

// Who holds a socket is asked of every process: a machine with a hundred thousand descriptors takes seconds for it.
const plan = (url: string): RequestPlan =>
  requestPlan(url, { method: null, headers: ['X-Name: Müller'], body: null, keepAlive: false });
const wish = (parts: Partial<TargetWish> = {}): TargetWish => ({
  root: '/proc',
  pids: [],
  also: [],
  allowRemote: false,
  ...parts,
});

/** A parent that listens and never accepts, and two children of which one does: each answers with its pid. */
const PREFORK = String.raw`
import os, socket, sys
server = socket.create_server(('127.0.0.1', 0), backlog=20)
worker = os.fork()
if worker == 0:
    while True:
        connection, _ = server.accept()
        head = b''
        while b'\r\n\r\n' not in head: head += connection.recv(4096)
        connection.sendall(b'HTTP/1.0 200 OK\r\n\r\n')
        connection.close()
idle = os.fork()
if idle == 0:
    os.read(0, 1)
    os._exit(0)
print(server.getsockname()[1], worker, idle, flush=True)
os.read(0, 1)
os.kill(worker, 9)
`;

describe.skipIf(!LINUX)('the processes behind a URL', () => {
  let service: Service;
  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.stop());

  it('are found by the connection itself, whose request is answered', async () => {
    const target = await Target.find(plan(`http://localhost:${service.port}/healthy`), wish());
    expect(target).toMatchObject({ address: '127.0.0.1', serving: service.pid });
    expect(target.listener).toMatchObject({ local: `127.0.0.1:${service.port}`, port: service.port });
    expect([...target.roots(false)]).toEqual([[service.pid, 'serving']]);
    expect(await service.asked()).toMatchObject({ asked: 1 });
  });

  it('are found over IPv6, and by the address that stands for all', async () => {
    const [six, both] = await Promise.all([startService({ host: '::1' }), startService({ host: '::' })]);
    try {
      const found = await Target.find(plan(six.url('/')), wish());
      expect([found.serving, found.listener?.local]).toEqual([six.pid, `[::1]:${six.port}`]);
      const mapped = await Target.find(plan(`http://0.0.0.0:${both.port}/`), wish());
      expect([mapped.serving, [...mapped.roots(true).keys()]]).toEqual([both.pid, [both.pid]]);
    } finally {
      await Promise.all([six.stop(), both.stop()]);
    }
  });

  it('are the worker that accepts, and everybody who holds the listener', async () => {
    const child = spawn('python3', ['-c', PREFORK], { stdio: ['pipe', 'pipe', 'inherit'] });
    try {
      const [line] = await once(createInterface(child.stdout), 'line');
      const [port, worker, idle] = String(line).split(' ').map(Number);
      const target = await Target.find(plan(`:${port}/`), wish());
      expect(target.serving).toBe(worker);
      expect(Object.fromEntries(target.roots(false))).toEqual({
        [child.pid ?? 0]: 'family',
        [worker ?? 0]: 'serving',
        [idle ?? 0]: 'family',
      });
    } finally {
      await end(child);
    }
  });

  it('are those that were given, and whoever was asked for too', async () => {
    const given = await Target.find(plan(service.url('/')), wish({ pids: [process.pid] }));
    expect([...given.roots(false)]).toEqual([[process.pid, 'given']]);
    const other = await startService();
    const also = await Target.find(
      plan(service.url('/')),
      wish({ also: [{ port: other.port }, { pid: process.pid }] }),
    );
    expect(Object.fromEntries(also.roots(false))).toEqual({
      [service.pid]: 'serving',
      [other.pid]: 'given',
      [process.pid]: 'given',
    });
    await other.stop();
    expect([...also.roots(true).keys()]).not.toContain(other.pid);
  });

  it('must exist where they are asked for', async () => {
    const find = (parts: Partial<TargetWish>) => Target.find(plan(service.url('/')), wish(parts));
    await expect(find({ pids: [4_194_305] })).rejects.toThrow('there is no process 4194305');
    await expect(find({ also: [{ pid: 4_194_305 }] })).rejects.toThrow('there is no process 4194305');
    await expect(find({ also: [{ port: 1 }] })).rejects.toThrow('nobody is seen to listen on port 1');
  });

  it('are not looked for on other machines, to which nothing is sent', async () => {
    const remote = plan('http://203.0.113.9:1/');
    await expect(Target.find(remote, wish())).rejects.toThrow(UsageError);
    await expect(Target.find(remote, wish({ pids: [process.pid] }))).rejects.toThrow('is no address of this machine');
    await expect(Target.addresses(remote, wish({ allowRemote: true }))).rejects.toThrow(UsageError);
    expect(await Target.addresses(remote, wish({ allowRemote: true, also: [{ port: 1 }] }))).toEqual(['203.0.113.9']);
  });

  it('cannot be told where nobody answers', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    await new Promise((resolve) => server.close(resolve));
    const found = Target.find(plan(`http://127.0.0.1:${port}/`), wish());
    await expect(found).rejects.toThrow(CouldNotTellError);
    await expect(found).rejects.toThrow(`nothing answers (127.0.0.1 port ${port}: ECONNREFUSED)`);
    await expect(firstConnection(plan(':1/'), ['127.0.0.1', '::1'])).rejects.toThrow(
      '127.0.0.1 port 1: ECONNREFUSED; ::1 port 1:',
    );
    const name = Target.find(plan('http://no-such-host.invalid/'), wish());
    await expect(name).rejects.toThrow('the name no-such-host.invalid has no address');
  });
});

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.stdin?.end();
  await ended;
}

describe.skipIf(!LINUX)('a server that works along', () => {
  let behind: Service;
  beforeAll(async () => {
    behind = await startService();
  });
  afterAll(() => behind.stop());

  /** Bursts of ten requests in 10 ms, the pause as long: how often it was woken in the burst and in the pause. */
  const bursts = (...woken: [number, number][]): Burst[] => {
    const wakes = (time: number, count: number) => ({ time, counts: new Map([[behind.pid, count]]) });
    return woken.map(([burst, pause]) => ({
      requests: 10,
      start: wakes(0, 100),
      end: wakes(10, 100 + burst),
      paused: wakes(20, 100 + burst + pause),
    }));
  };
  const found = (given: readonly Burst[], without: readonly number[] = []) =>
    upstreams('/proc', given, new Set(without)).map(({ pid, address }) => [pid, address]);

  it('is woken with the requests of each burst, and sleeps in the pauses', () => {
    const itself = [[behind.pid, `127.0.0.1:${behind.port}`]];
    expect(found(bursts([10, 0], [10, 0], [12, 1]))).toEqual(itself);
    expect(found(bursts([10, 0], [4, 0]))).toEqual([]);
    expect(found(bursts([10, 10], [10, 0]))).toEqual([]);
    expect(found(bursts([30, 0], [10, 14], [30, 0], [30, 0]))).toEqual(itself);
    expect(found(bursts([30, 0], [10, 14], [30, 14], [90, 46]))).toEqual([]);
    expect(found([])).toEqual([]);
  });

  it('is none of the family, nor this program, nor one that listens nowhere', () => {
    expect(found(bursts([10, 0]), [behind.pid])).toEqual([]);
    const [burst] = bursts([10, 0]);
    if (burst === undefined) throw new Error('no burst');
    const moved = (pid: number): Burst => {
      const of = ({ time, counts }: Burst['start']) => ({
        time,
        counts: new Map([[pid, counts.get(behind.pid) ?? 0]]),
      });
      return { requests: burst.requests, start: of(burst.start), end: of(burst.end), paused: of(burst.paused) };
    };
    expect(found([moved(process.pid)])).toEqual([]);
    expect(found([moved(4_194_305)])).toEqual([]);
    expect(found([moved(2)])).toEqual([]);
  });

  it('is seen to be woken when it is asked', async () => {
    const before = readWakes('/proc').counts.get(behind.pid) ?? 0;
    for (let i = 0; i < 10; i++) await behind.asked();
    expect(readWakes('/proc').counts.get(behind.pid) ?? 0).toBeGreaterThanOrEqual(before + 5);
  });

  it('on another machine is known by the connections to it, one for each request', async () => {
    const listener = (await Target.find(plan(behind.url('/')), wish())).listener;
    const server = createServer((socket: Socket) => socket.on('error', () => {})).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const before = onward('/proc', listener);
    const open = await Promise.all(
      Array.from(
        { length: 3 },
        async () => (await firstConnection(plan(`http://127.0.0.1:${port}/`), ['127.0.0.1'])).socket,
      ),
    );
    const after = onward('/proc', listener);
    const to = `127.0.0.1:${port}`;
    expect((after.counts.get(to) ?? 0) - (before.counts.get(to) ?? 0)).toBe(3);
    const idle = { ...after, time: after.time + 1000 };
    expect(passedOn(before, after, idle, 3)).toContain(to);
    expect(passedOn(before, after, idle, 10)).not.toContain(to);
    // Others make as many at any time.
    const busy = { time: after.time + (after.time - before.time), counts: new Map([[to, 6]]) };
    expect(passedOn(before, after, busy, 3)).not.toContain(to);
    expect(keptTo('/proc', listener, [process.pid])).toContain(to);
    expect(keptTo('/proc', listener, [behind.pid])).not.toContain(to);
    expect(listeningAt('/proc', listener, `127.0.0.1:${behind.port}`)).toEqual([behind.pid]);
    expect(listeningAt('/proc', listener, `203.0.113.9:${behind.port}`)).toEqual([]);
    expect(listeningAt('/proc', null, `127.0.0.1:${behind.port}`)).toEqual([]);
    expect([...onward('/proc', null).counts]).toEqual([]);
    for (const socket of open) socket.destroy();
    server.close();
  });
});

describe('a program', () => {
  it('that passes connections on is known by its name', () => {
    expect(['docker-proxy', 'sshd', 'socat', 'envoy'].every(isForwarder)).toBe(true);
    expect(['nginx', 'haproxy', 'httpd'].every(isProxy)).toBe(true);
    expect(['rsyslogd', 'systemd-journal', 'nscd'].every(isBystander)).toBe(true);
    for (const is of [isForwarder, isProxy, isBystander])
      expect(['uwsgi', 'node', 'python3', 'nginxx'].some(is)).toBe(false);
  });
});
