import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createSecureServer } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { Client, type Outcome } from '../../../src/measure/load/client.ts';
import { LoadCount, sendRequests } from '../../../src/measure/load/load.ts';
import { type RequestWish, requestPlan } from '../../../src/measure/load/request-plan.ts';
import { requireTool } from '../../support/require-tool.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello';
const running: { server: Server; sockets: Set<Socket> }[] = [];

afterEach(async () => {
  for (const { server, sockets } of running.splice(0)) {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
});

interface Told {
  readonly port: number;
  /** What arrived, all connections together. */
  received(): string;
  connections(): number;
  open(): number;
}

/** A server that speaks no HTTP of its own: `head` is called with each request's head on each connection. */
async function raw(head: (socket: Socket, text: string) => void): Promise<Told> {
  const sockets = new Set<Socket>();
  let [received, connections] = ['', 0];
  const server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    let text = '';
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      text += chunk.toString('latin1');
      for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
        const request = text.slice(0, end);
        text = text.slice(end + 4);
        head(socket, request);
      }
    });
  });
  running.push({ server, sockets });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { port, received: () => received, connections: () => connections, open: () => sockets.size };
}

function clientOf(port: number, wish: Partial<RequestWish> = {}, timeoutMs = 20_000): Client {
  const plan = requestPlan(`http://127.0.0.1:${port}/path`, {
    method: null,
    headers: [],
    body: null,
    keepAlive: false,
    ...wish,
  });
  return new Client(plan, '127.0.0.1', timeoutMs, 8);
}

/** One request to a server that answers so, with the connection gone on our side afterwards. */
async function outcome(
  head: (socket: Socket) => void,
  wish: Partial<RequestWish> = {},
  timeoutMs?: number,
): Promise<Outcome> {
  const { port } = await raw(head);
  const client = clientOf(port, wish, timeoutMs);
  const found = await client.send();
  await client.quiet();
  await client.close();
  return found;
}

describe('an answer in full', () => {
  it.each<[string, string, number]>([
    ['with its length', OK, 200],
    ['with an error status', 'HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n', 503],
    ['in chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n', 200],
    ['after an interim one', `HTTP/1.1 103 Early\r\nLink: x\r\n\r\n${OK}`, 200],
    ['without a body', 'HTTP/1.1 204 None\r\n\r\n', 204],
    ['with a bare line feed', 'HTTP/1.1 200 OK\nContent-Length: 5\n\nhello', 200],
  ])('%s, the connection left open by the server', async (_, text, status) => {
    expect(await outcome((socket) => socket.write(text))).toEqual({ status });
  });

  it.each<[string, string]>([
    ['of HTTP/1.0', 'HTTP/1.0 200 OK\r\n\r\nhello'],
    ['whose length is where the connection ends', 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello'],
  ])('%s', async (_, text) => {
    expect(await outcome((socket) => socket.end(text))).toEqual({ status: 200 });
  });

  it('is whole whatever comes behind it: a body to HEAD, more than was announced', async () => {
    const more = (socket: Socket): void => void socket.end(`${OK}, and more`);
    expect(await outcome(more, { method: 'HEAD' })).toEqual({ status: 200 });
    expect(await outcome(more)).toEqual({ status: 200 });
  });

  it('that is long and ends with the connection is not taken for one cut short', async () => {
    const long = Buffer.alloc(3_000_000, 'x');
    const found = await outcome((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.end(long);
    });
    expect(found).toEqual({ status: 200 });
  });

  it('that comes before the body was read does not wait for ever', async () => {
    const body = Buffer.alloc(20_000_000);
    const found = await outcome(
      (socket) => {
        socket.pause();
        socket.write('HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n');
      },
      { body },
      300,
    );
    expect([{ status: 413 }, { failure: 'timeout' }]).toContainEqual(found);
  });
});

describe('no answer in full', () => {
  it.each<[string, (socket: Socket) => void]>([
    ['closed without one', (socket) => socket.end()],
    ['reset', (socket) => socket.resetAndDestroy()],
    ['cut in its head', (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Le')],
    ['cut in its body', (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello')],
    ['cut in a chunk', (socket) => socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe')],
  ])('%s', async (_, head) => {
    expect(await outcome(head)).toEqual({ failure: 'ECONNRESET' });
  });

  it('in no HTTP at all is told by the code of the parser', async () => {
    const found = await outcome((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
    expect(found).toMatchObject({ failure: expect.stringMatching(/^HPE_/) });
  });

  it.each<[string, (socket: Socket) => void]>([
    ['none ever', () => {}],
    ['one that never ends', (socket) => socket.write('HTTP/1.1 200 OK\r\n\r\nhello')],
  ])('%s, in time', async (_, head) => {
    expect(await outcome(head, {}, 100)).toEqual({ failure: 'timeout' });
  });

  it('from nobody', async () => {
    const { port } = await raw(() => {});
    const [{ server } = { server: null }] = running.splice(0);
    await new Promise((resolve) => server?.close(resolve));
    expect(await clientOf(port).send()).toEqual({ failure: 'ECONNREFUSED' });
  });

  it('within a time that no timer can be set to is waited for', async () => {
    expect(await outcome((socket) => setTimeout(() => socket.write(OK), 30), {}, 1e15)).toEqual({ status: 200 });
  });
});

describe('a request', () => {
  it('has its own connection, which it says, and its headers and body as given', async () => {
    const told = await raw((socket) => socket.write(OK));
    const client = clientOf(told.port, { headers: ['X-Name: Müller'], body: Buffer.from('a=1') });
    await client.send();
    await client.send();
    await client.quiet();
    const text = Buffer.from(told.received(), 'latin1').toString();
    expect(told.connections()).toBe(2);
    expect(text).toMatch(/^POST \/path HTTP\/1.1\r\n/);
    expect(text).toContain(`\r\nHost: 127.0.0.1:${told.port}\r\n`);
    expect(text).toContain('\r\nX-Name: Müller\r\n');
    expect(text).toContain('\r\nConnection: close\r\n');
    expect(text).toContain('\r\nContent-Length: 3\r\n');
    expect(text).toContain('\r\n\r\na=1');
  });

  it('of a client that keeps connections goes over one that is open, until they are closed', async () => {
    const told = await raw((socket) => socket.write(OK));
    const client = clientOf(told.port, { keepAlive: true });
    const found: Outcome[] = [];
    for (let i = 0; i < 5; i++) found.push(await client.send());
    await client.quiet();
    expect(found).toEqual(Array(5).fill({ status: 200 }));
    expect([told.connections(), told.open()]).toEqual([1, 1]);
    await client.close();
    await expect.poll(told.open).toBe(0);
  });

  it('over a kept connection that the server ends goes over a new one next time', async () => {
    const told = await raw((socket) => socket.end(OK.replace('Content', 'Connection: close\r\nContent')));
    const client = clientOf(told.port, { keepAlive: true });
    expect([await client.send(), await client.send()]).toEqual([{ status: 200 }, { status: 200 }]);
    expect(told.connections()).toBe(2);
    await client.close();
  });
});

describe('a secure request', () => {
  it.each([false, true])('takes the certificate of whoever answers; kept connections: %s', async (keepAlive) => {
    if (!requireTool('openssl', ['version'])) return;
    const folder = mkdtempSync(join(tmpdir(), 'client-'));
    const [key, cert] = [join(folder, 'key'), join(folder, 'cert')];
    const words = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=other';
    execFileSync('openssl', [...words.split(' '), '-keyout', key, '-out', cert], { stdio: 'ignore' });
    const asked: (string | false | null)[] = [];
    const server = createSecureServer({ key: readFileSync(key), cert: readFileSync(cert) }, (socket) => {
      asked.push(socket.servername);
      socket.on('error', () => {}).on('data', () => socket.write(OK));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    for (const host of ['127.0.0.1', 'shop.example']) {
      const plan = requestPlan(`https://${host}:${port}/`, { method: null, headers: [], body: null, keepAlive });
      const client = new Client(plan, '127.0.0.1', 20_000, 8);
      expect([await client.send(), await client.send()]).toEqual([{ status: 200 }, { status: 200 }]);
      await client.quiet();
      await client.close();
    }
    server.close();
    expect(new Set(asked)).toEqual(new Set([false, 'shop.example']));
    expect(asked).toHaveLength(keepAlive ? 2 : 4);
    rmSync(folder, { recursive: true });
  });
});

describe('requests', () => {
  it('are sent so many at a time and counted by how they end', async () => {
    // Nobody is answered before four wait: fewer at a time would wait for ever.
    let waiting: Socket[] = [];
    let most = 0;
    const { port } = await raw((socket) => {
      waiting.push(socket);
      most = Math.max(most, waiting.length);
      if (waiting.length < 4) return;
      const [first, second, ...others] = waiting;
      waiting = [];
      first?.destroy();
      second?.end('HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n');
      for (const other of others) other.end(OK);
    });
    const count = new LoadCount();
    await sendRequests(clientOf(port), 40, 4, count, () => true);
    expect(most).toBe(4);
    expect(count).toMatchObject({ sent: 40, ok: 30, failed: 10 });
    expect([...count.answers].toSorted()).toEqual([
      [200, 20],
      [404, 10],
    ]);
    expect([...count.failures]).toEqual([['ECONNRESET', 10]]);
  });

  it('end when they are told to, those under way being waited for', async () => {
    const told = await raw((socket) => socket.write(OK));
    const count = new LoadCount();
    await sendRequests(clientOf(told.port), 100, 3, count, () => count.sent < 7);
    expect(count.sent).toBeGreaterThanOrEqual(7);
    expect(count.sent).toBeLessThanOrEqual(9);
    expect(told.connections()).toBe(count.sent);
  });

  it('may be none', async () => {
    const count = new LoadCount();
    await sendRequests(clientOf(1), 0, 3, count, () => true);
    expect(count.sent).toBe(0);
  });
});
