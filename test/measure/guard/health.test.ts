import { request } from 'node:http';
import { connect, createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type HealthServer, type HealthState, healthAddress, startHealth } from '../../../src/measure/guard/health.ts';

const state: { current: HealthState } = { current: { healthy: true, body: '{"status":"ok"}' } };
let server: HealthServer | null = null;

async function start(): Promise<HealthServer> {
  server = await startHealth({ host: '127.0.0.1', port: 0 }, () => state.current);
  return server;
}

afterEach(async () => {
  await server?.close();
  server = null;
});

function ask(url: string, method = 'GET'): Promise<{ status: number; body: string; headers: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    request(url, { method }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body, headers: response.headers }));
    })
      .on('error', reject)
      .end();
  });
}

describe('/healthz', () => {
  it.each([
    [true, 200],
    [false, 503],
  ])('healthy %s is %i', async (healthy, status) => {
    const { url } = await start();
    state.current = { healthy, body: '{"status":"x"}' };
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/healthz$/);
    const got = await ask(url);
    expect(got).toMatchObject({
      status,
      body: '{"status":"x"}\n',
      headers: { 'content-type': expect.stringContaining('application/json'), 'cache-control': 'no-store' },
    });
    expect(await ask(`${url}?verbose`)).toMatchObject({ status });
    const head = await ask(url, 'HEAD');
    expect(head).toMatchObject({ status, body: '', headers: { 'content-length': '15' } });
  });

  it('is all there is', async () => {
    const { url } = await start();
    expect(await ask(url.replace('healthz', ''))).toMatchObject({ status: 404 });
    expect(await ask(url, 'POST')).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
    expect(await ask(url, 'DELETE')).toMatchObject({ status: 405 });
  });

  it('outlives what is no request, and closes with somebody connected', async () => {
    const { url } = await start();
    const port = Number(new URL(url).port);
    const rude = connect(port, '127.0.0.1', () => rude.write('no http\r\n\r\n'));
    await new Promise((resolve) =>
      rude
        .once('close', resolve)
        .on('error', () => {})
        .resume(),
    );
    const idle = connect(port, '127.0.0.1');
    await new Promise((resolve) => idle.once('connect', resolve));
    expect((await ask(url)).status).toBeGreaterThan(0);
    const closed = new Promise((resolve) =>
      idle
        .once('close', resolve)
        .on('error', () => {})
        .resume(),
    );
    await server?.close();
    await closed;
    await expect(ask(url)).rejects.toThrow(/ECONNREFUSED/);
  });

  it('says that its port is taken', async () => {
    const other = createServer();
    const port = await new Promise<number>((resolve) => {
      other.listen(0, '127.0.0.1', () => resolve((other.address() as { port: number }).port));
    });
    await expect(startHealth({ host: '127.0.0.1', port }, () => state.current)).rejects.toThrow(
      /listens there already/,
    );
    other.close();
    await expect(startHealth({ host: '192.0.2.1', port: 0 }, () => state.current)).rejects.toThrow(
      /no address of this/,
    );
  });
});

describe('the address', () => {
  it.each([
    ['127.0.0.1:8099', '127.0.0.1', 8099],
    ['[::1]:80', '::1', 80],
    ['localhost:0', 'localhost', 0],
    ['0.0.0.0:65535', '0.0.0.0', 65_535],
  ])('%s', (text, host, port) => {
    expect(healthAddress(text)).toEqual({ host, port });
  });

  it.each([
    '8099',
    ':8099',
    '127.0.0.1',
    '127.0.0.1:',
    '127.0.0.1:65536',
    '127.0.0.1:x',
    '::1:80',
    'example.com:80',
    '',
  ])('is refused: %j', (text) => {
    expect(() => healthAddress(text)).toThrow(/wants an address and a port/);
  });
});
