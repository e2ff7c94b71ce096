import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { endianness } from 'node:os';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SocketDiagDecoder } from '../../../src/source/proc/network/socket-diag.ts';
import { portOf, type TcpEndpoint, TcpState } from '../../../src/source/proc/network/tcp-endpoints.ts';
import { TcpInquiry } from '../../../src/source/proc/network/tcp-inquiry.ts';
import { canUnshare } from '../../support/as-user.ts';
import { type Child, startChild } from '../../support/matrix/child.ts';
import { requireThat, requireTool } from '../../support/require-tool.ts';

/**
 * Answers of Linux 6.18 on x86-64, as recv(2) gave them to another program: one listener of IPv4, the end of the list, one
 * connection of IPv6, the end of that.
 */
const LISTENER =
  '7c0000001400020001000000885a0000020a00001f9000007f0000010000000000000000000000000000000000000000000000000000000000000000e5a802000000000000000000000000000500000000000000cc640401050008000000000008000f00000000000c00150001000000000000000600160052000000';
const CONNECTION =
  '7c0000001400020001000000885a00000a010000dca0e32f000000000000000000000000000000010000000000000000000000000000000100000000e7a802000000000000000000050000000000000000000000ce640401050008000000000008000f00000000000c00150001000000000000000600160012000000';
const END = '140000000300020001000000885a000000000000';
/** As that program had made them. */
const TABLE: readonly TcpEndpoint[] = [
  { local: '127.0.0.1:8080', remote: null, state: 10, inode: '17065164', send: 0, receive: 0, timer: 0 },
  { local: '[::1]:56480', remote: '[::1]:58159', state: 1, inode: '17065166', send: 0, receive: 5, timer: 0 },
];

const captured = Buffer.from(LISTENER + END + CONNECTION + END, 'hex');

describe.runIf(endianness() === 'LE')('answers of sock_diag', () => {
  it('are read from what the kernel wrote', () => {
    expect(new SocketDiagDecoder().push(captured)).toEqual([TABLE]);
  });

  it('are the same wherever the stream is cut', () => {
    const twice = Buffer.concat([captured, captured]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: twice.length }), { maxLength: 8 }), (cuts) => {
        const decoder = new SocketDiagDecoder();
        const edges = [0, ...cuts.toSorted((a, b) => a - b), twice.length];
        const parts = edges.slice(1).map((edge, index) => twice.subarray(edges[index], edge));
        expect(parts.flatMap((part) => decoder.push(Buffer.from(part)))).toEqual([TABLE, TABLE]);
      }),
    );
  });

  it('may be a refusal, of one family or of both', () => {
    const refused = Buffer.from(END, 'hex');
    refused.writeUInt16LE(2, 4);
    const whole = Buffer.concat([Buffer.from(LISTENER + END, 'hex'), refused, captured]);
    expect(new SocketDiagDecoder().push(whole)).toEqual([null, TABLE]);
  });

  it('are refused where they are none', () => {
    expect(() => new SocketDiagDecoder().push(Buffer.alloc(64))).toThrow('no answer of sock_diag');
  });
});

describe.runIf(process.platform === 'linux')('asking for TCP sockets', () => {
  const servers: Server[] = [];
  const sockets: Socket[] = [];
  let inquiry: TcpInquiry | null = null;
  let ports: number[] = [];

  beforeAll(async () => {
    for (const host of ['127.0.0.1', '::1', '::']) {
      const server = createServer({ pauseOnConnect: true }, (socket) => sockets.push(socket)).listen(0, host);
      servers.push(server);
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      ports.push(port);
      // To all addresses of IPv6 by one of IPv4: mapped.
      const client = connect(port, host === '::' ? '127.0.0.1' : host);
      sockets.push(client);
      await Promise.all([once(client, 'connect'), once(server, 'connection')]);
    }
    // Nobody reads it.
    sockets[0]?.write('12345');
    inquiry = TcpInquiry.open(null);
  });
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    for (const server of servers) server.close();
    await inquiry?.close();
    ports = [];
  });

  const of = (table: readonly TcpEndpoint[] | null | undefined): TcpEndpoint[] =>
    (table ?? []).filter(({ local, remote }) =>
      [local, remote ?? ''].some((address) => ports.includes(portOf(address) ?? -1)),
    );

  it('finds those that ss lists, with state and inode', async () => {
    if (!requireTool('perl') || !requireTool('ss', ['-V'])) return;
    const found = of(await inquiry?.ask());
    const listed = execFileSync('ss', ['-tanHe'], { encoding: 'utf8', maxBuffer: 1 << 28 })
      .split('\n')
      .map((line) => ({ fields: line.trim().split(/\s+/), inode: / ino:(\d+)/.exec(line)?.[1] ?? '0' }))
      .filter(({ fields: [, , , local = '', remote = ''] }) =>
        [local, remote].some((address) => ports.includes(portOf(address) ?? -1)),
      );
    expect(listed).toHaveLength(9);
    const told = ({ inode, local, state, receive }: TcpEndpoint) => `${inode} ${portOf(local)} ${state} ${receive}`;
    const states: Record<string, number> = { LISTEN: TcpState.listen, ESTAB: TcpState.established };
    expect(found.map(told).toSorted()).toEqual(
      listed
        .map(({ fields: [state = '', receive, , local = ''], inode }) => {
          return `${inode} ${portOf(local)} ${states[state]} ${receive}`;
        })
        .toSorted(),
    );
    expect(found.filter(({ state }) => state === TcpState.listen).map(({ local, remote }) => [local, remote])).toEqual(
      expect.arrayContaining([
        [`127.0.0.1:${ports[0]}`, null],
        [`[::1]:${ports[1]}`, null],
        [`*:${ports[2]}`, null],
      ]),
    );
    expect(found.filter(({ local }) => local === `127.0.0.1:${ports[2]}`)).toHaveLength(1);
    expect(found.some(({ receive }) => receive === 5)).toBe(true);
  });

  it('can be done again and again, and sees what is new', async () => {
    if (!requireTool('perl')) return;
    const before = of(await inquiry?.ask()).length;
    const client = connect(ports[0] ?? 0, '127.0.0.1');
    sockets.push(client);
    await Promise.all([once(client, 'connect'), once(servers[0] as Server, 'connection')]);
    const [first, second] = await Promise.all([inquiry?.ask(), inquiry?.ask()]);
    expect(of(first)).toHaveLength(before + 2);
    expect(of(second)).toHaveLength(before + 2);
  });

  it('does so in another network namespace', async () => {
    if (!requireTool('perl') || !requireThat(canUnshare(), 'namespaces cannot be made')) return;
    const script =
      'import json,os,socket,sys;s=socket.socket();s.bind(("0.0.0.0",7));s.listen();' +
      'print("READY "+json.dumps({"inode":os.fstat(s.fileno()).st_ino}),flush=True);sys.stdin.read()';
    const child: Child = await startChild(['unshare', '-n', 'python3', '-c', script]);
    const there = TcpInquiry.open(`/proc/${child.pid}/ns/net`);
    try {
      const table = await there?.ask();
      expect(table).toEqual([
        {
          local: '*:7',
          remote: null,
          state: TcpState.listen,
          inode: String(child.said.inode),
          send: 0,
          receive: 0,
          timer: 0,
        },
      ]);
    } finally {
      await there?.close();
      await child.stop();
    }
  });

  it('says so where there is no such namespace, and after it was closed', async () => {
    if (!requireTool('perl')) return;
    const none = TcpInquiry.open('/proc/0/ns/net');
    expect(await none?.ask()).toBeNull();
    expect(await none?.ask()).toBeNull();
    await none?.close();
    const own = TcpInquiry.open(null);
    expect(await own?.ask()).not.toBeNull();
    await own?.close();
    expect(await own?.ask()).toBeNull();
  });
});
