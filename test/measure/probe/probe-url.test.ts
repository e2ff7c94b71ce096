import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { urlVerdict } from '../../../src/analysis/probe/url-verdict.ts';
import { startDemo } from '../../../src/measure/demo/demo.ts';
import { type RequestWish, requestPlan } from '../../../src/measure/load/request-plan.ts';
import { probeUrls } from '../../../src/measure/probe/probe.ts';
import type { ProbeSettings } from '../../../src/measure/probe/settings.ts';
import { type Service, type ServiceOptions, startService } from '../../support/service.ts';

// A machine that is busy, or holds a hundred thousand descriptors, takes its time to find who serves.
vi.setConfig({ testTimeout: 180_000 });

const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';
const running: Service[] = [];
async function service(options: ServiceOptions = {}): Promise<Service> {
  const made = await startService(options);
  running.push(made);
  return made;
}
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});

const settings = (parts: Partial<ProbeSettings> = {}): ProbeSettings => ({
  root: '/proc',
  requests: 200,
  settle: 0.5,
  deadline: 120,
  patient: false,
  timeout: 30,
  concurrency: 1,
  toLimit: false,
  pids: [],
  also: [],
  allowRemote: false,
  signal: new AbortController().signal,
  say: () => {},
  ...parts,
});

async function probed(urls: readonly string[], parts: Partial<ProbeSettings> = {}, wish: Partial<RequestWish> = {}) {
  const plans = urls.map((url) =>
    requestPlan(url, { method: null, headers: [], body: null, keepAlive: false, ...wish }),
  );
  return (await probeUrls(plans, settings(parts))).map((run) => ({ run, ...urlVerdict(run) }));
}

describe.skipIf(process.platform !== 'linux')('a probe', () => {
  it('finds the leak of one route with its rate and file, and the other clean', async () => {
    const { url, pid, folder } = await service();
    const said: string[] = [];
    const [leak, healthy] = await probed([url('/leak'), url('/healthy')], { say: (text) => said.push(text) });
    expect(leak).toMatchObject({ verdict: 'leak', stopped: 'ladder', requests: { sent: 200, ok: 200, failed: 0 } });
    expect(leak?.perRequest.estimate).toBeCloseTo(1, 1);
    expect(leak?.groups[0]).toMatchObject({ type: 'REG', name: `${folder}/cat.jpg`, verdict: 'leak' });
    expect(leak?.processes).toMatchObject([{ pid, role: 'serving' }]);
    expect(healthy?.verdict).not.toBe('leak');
    expect(said[0]).toBe(`looking for the process behind ${url('/leak')}`);
    expect(said).toContain('waiting for what closes late');
  });

  it('takes more time where what grows has many names, as a cache has that is not full, and only there', async () => {
    const { url } = await service();
    for (const [path, longer] of [
      ['/deleted?wait=5', true],
      ['/leak?wait=5', false],
    ] as const) {
      const said: string[] = [];
      const say = (text: string) => said.push(text);
      const [found] = await probed([url(path)], { say, deadline: 5, settle: 0.3, patient: true, requests: 5000 });
      expect(found).toMatchObject({ verdict: 'leak', stopped: 'deadline' });
      expect(said.some((text) => text.includes('taking more time'))).toBe(longer);
    }
  });

  it.each([1, 7, 20])(
    'never takes a service with 256 descriptors past half of what it had left: %d a request',
    async (n) => {
      const { url, used, asked } = await service({ limit: 256 });
      const before = used();
      const [found] = await probed([url(`/leak?n=${n}`)], { settle: 0.2 });
      expect(found?.stopped).toBe('headroom');
      const { peak } = await asked();
      expect(peak).toBeGreaterThan(before + 20);
      // The accepted connection is none of the service's leak, but takes a number too.
      expect(peak - 1 - before).toBeLessThanOrEqual((256 - before) / 2);
      if (n === 1) expect(found?.verdict).toBe('leak');
    },
  );

  it('goes on to the limit where that is asked for, and says so', async () => {
    const { url, used } = await service({ limit: 128 });
    const [found] = await probed([url('/leak')], { toLimit: true, settle: 0.2, requests: 400 });
    expect(found).toMatchObject({ verdict: 'leak', stopped: 'limit' });
    expect(found?.notes.join('\n')).toContain('a process reached its limit');
    expect(used()).toBeGreaterThanOrEqual(126);
  });

  it('refuses to begin where too little is left', async () => {
    const { url, pid } = await service({ limit: 60 });
    const [found] = await probed([url('/healthy')]);
    expect(found).toMatchObject({ verdict: 'inconclusive', stopped: 'unmeasured' });
    expect(found?.notes[0]).toMatch(/descriptors: with \d+ left it is too near its limit to be probed safely/);
    expect(found?.notes[1]).toContain(`sudo prlimit --pid ${pid} --nofile=240:`);
  });

  it('says what failed, and gives up where most does', async () => {
    const { url } = await service();
    const [silent, missing] = await probed([url('/silent'), url('/nowhere')], {
      timeout: 0.05,
      deadline: 30,
      requests: 20,
      settle: 0.1,
    });
    expect(silent).toMatchObject({ verdict: 'inconclusive', stopped: 'unmeasured' });
    expect(silent?.notes[0]).toMatch(/none of \d+ requests was answered \(not answered in time\)/);
    // On a slow machine some answers come too late for so short a time.
    expect(missing?.notes.join('\n')).toMatch(/status 404|not answered in time/);
  });

  it('tells that the service ended', async () => {
    const { url } = await service();
    const [found] = await probed([url('/exit?after=60')]);
    expect(found?.stopped).toMatch(/^(gone|failing)$/);
    expect(found?.notes.join('\n')).toContain('process ended under load, and nobody took its place');
  });

  it('that is interrupted judges what it has, and names what it has not begun', async () => {
    const { url } = await service();
    const stop = new AbortController();
    const say = (text: string): void => {
      if (text.startsWith('26 requests')) stop.abort('SIGINT');
    };
    const [first, second] = await probed([url('/leak'), url('/healthy')], { signal: stop.signal, say, settle: 0.2 });
    expect([first?.url, second?.url].toSorted()).toEqual([url('/healthy'), url('/leak')].toSorted());
    expect(first?.stopped).toBe('interrupted');
    expect(first?.requests.sent).toBeLessThan(30);
    expect(second).toMatchObject({
      verdict: 'inconclusive',
      notes: [`${url('/healthy')}: not probed, interrupted before its turn.`],
    });
    const [none] = await probed([url('/leak')], { signal: AbortSignal.abort() });
    expect(none?.verdict).toBe('inconclusive');
  });

  it('keeps to its deadline', async () => {
    const { url } = await service();
    const [found] = await probed([url('/healthy')], { deadline: 1, settle: 0.1, requests: 100_000 });
    expect(['deadline', 'unmeasured']).toContain(found?.stopped);
    expect(found?.verdict).not.toBe('leak');
  });

  it('over kept connections finds what goes with connections', async () => {
    const { url } = await service();
    const [kept] = await probed([url('/connection')], {}, { keepAlive: true });
    expect(kept).toMatchObject({ keepAlive: true, requests: { failed: 0 } });
    expect(kept?.verdict).not.toBe('leak');
  });

  it('measures who was given, whoever serves', async () => {
    const [front, back] = [await service(), await service()];
    const [found] = await probed([front.url('/healthy')], { pids: [back.pid], requests: 20, settle: 0.1 });
    expect(found?.processes).toMatchObject([{ pid: back.pid, role: 'given' }]);
  });

  it('of a program that only passes connections on is never clean', async () => {
    const { url, pid } = await service({ title: 'socat' });
    const [found] = await probed([url('/healthy')], { requests: 50, settle: 0.1 });
    expect(found?.verdict).toBe('inconclusive');
    expect(found?.notes[0]).toBe(
      `socat ${pid} only passes connections on, and whom to could not be seen: give --pid PID or --also PORT of the service behind it`,
    );
  });

  // The server, being this process, is never taken for an upstream.
  it.each([
    ['which closes its connections', '/onward', (socket: Socket) => socket.resume()],
    ['whose upstream closes them', '/told', (socket: Socket) => socket.end()],
    ['which keeps them', '/ask', (socket: Socket) => socket.on('data', () => socket.write(ANSWER))],
  ])('of a proxy %s says whom it asks, where that cannot be measured', async (_, path, serve) => {
    const { url, pid } = await service({ title: 'nginx' });
    const behind = createServer((socket) => void serve(socket.on('error', () => {}))).listen(0, '127.0.0.1');
    await once(behind, 'listening');
    const { port } = behind.address() as AddressInfo;
    const [found] = await probed([url(`${path}?port=${port}&path=/`)], { requests: 20, settle: 0.1 });
    behind.close();
    expect(found?.verdict).not.toBe('clean');
    // Others on this machine may have opened as many connections meanwhile.
    expect(found?.notes[0]).toMatch(
      new RegExp(`^nginx ${pid} passes requests on to .*127.0.0.1:${port}.* could not be measured`),
    );
  });

  it('of a proxy measures whom it keeps connections to, whatever else keeps them awake', async () => {
    const [front, behind] = [await service({ title: 'nginx' }), await service()];
    await fetch(behind.url('/busy'));
    const [found] = await probed([front.url(`/ask?port=${behind.port}&path=/leak`)], { settle: 0.2 });
    expect(found?.verdict).toBe('leak');
    expect(found?.groups[0]).toMatchObject({ name: `${behind.folder}/cat.jpg`, upstream: true });
    expect(found?.processes.map(({ pid, role }) => [pid, role])).toContainEqual([behind.pid, 'upstream']);
  });

  it('of a name without an address tells it with the others', async () => {
    const { url } = await service();
    const [none, healthy] = await probed(['http://no-such-host.invalid/', url('/healthy')], {
      requests: 20,
      settle: 0.1,
    });
    expect(none?.notes[0]).toContain('has no address');
    expect(healthy?.requests.ok).toBe(20);
  });
});

describe.skipIf(process.platform !== 'linux')('the server of the demo', () => {
  it('leaks on one route, ends when told, and leaves nothing', async () => {
    const demo = await startDemo();
    try {
      expect((await fetch(`http://127.0.0.1:${demo.port}/photo`)).status).toBe(200);
      expect((await fetch(`http://127.0.0.1:${demo.port}/nowhere`)).status).toBe(404);
    } finally {
      await demo.stop();
    }
    await expect(fetch(`http://127.0.0.1:${demo.port}/photo`)).rejects.toThrow();
  });

  it('that does not start is said to have not', async () => {
    vi.stubEnv('NODE_OPTIONS', '--no-such-option');
    await expect(startDemo()).rejects.toThrow('The server of the demo did not start');
    vi.unstubAllEnvs();
  });
});
