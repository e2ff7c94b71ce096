import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requestPlan } from '../../../src/measure/load/request-plan.ts';
import { servingProcess } from '../../../src/measure/target/serving.ts';

const HEADER = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
const ESTABLISHED = '01';
const TIME_WAIT = '06';
const LISTEN = '0A';

let root = '';
let server: Server;
let socket: Socket;
let ours = 0;
let theirs = 0;

/** The kernel's spelling: 127.0.0.1 on a machine whose words begin with the last byte. */
const at = (port: number, host = '0100007F') => `${host}:${port.toString(16).toUpperCase().padStart(4, '0')}`;

/** A process in a network namespace with a table of sockets, holding those with some inodes. */
function fake(
  pid: string,
  namespace: number,
  rows: readonly [string, string, string, number][],
  held: readonly number[],
): void {
  const folder = join(root, pid);
  mkdirSync(join(folder, 'ns'), { recursive: true });
  mkdirSync(join(folder, 'net'));
  mkdirSync(join(folder, 'fd'));
  symlinkSync(`net:[${namespace}]`, join(folder, 'ns/net'));
  const lines = rows.map(
    ([local, remote, state, inode], i) =>
      `   ${i}: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0000000000000000 20 4 30 10 -1`,
  );
  writeFileSync(join(folder, 'net/tcp'), `${[HEADER, ...lines].join('\n')}\n`);
  for (const [number, inode] of held.entries()) symlinkSync(`socket:[${inode}]`, join(folder, 'fd', String(number)));
}

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'serving-'));
  server = createServer((peer) => peer.on('error', () => {}).on('data', () => peer.end())).listen(0, '127.0.0.1');
  await once(server, 'listening');
  theirs = (server.address() as AddressInfo).port;
  socket = connect(theirs, '127.0.0.1');
  await once(socket, 'connect');
  ours = socket.localPort ?? 0;
});
afterEach(async () => {
  socket.destroy();
  await new Promise((resolve) => server.close(resolve));
  rmSync(root, { recursive: true });
});

const plan = () => requestPlan(`:${theirs}/`, { method: null, headers: [], body: null, keepAlive: false });

describe.skipIf(process.platform !== 'linux')('the process that serves', () => {
  it('is not whoever our port led to before, nor whom it leads others to', async () => {
    const table: [string, string, string, number][] = [
      [at(7001), at(ours), TIME_WAIT, 0],
      [at(7002), at(ours), ESTABLISHED, 72],
      [at(ours), at(7002), ESTABLISHED, 73],
      [at(theirs), at(0, '00000000'), LISTEN, 60],
      [at(ours), at(theirs), ESTABLISHED, 61],
      [at(theirs), at(ours), ESTABLISHED, 62],
    ];
    fake('self', 1, table, []);
    fake('70', 1, table, [72]);
    fake('60', 1, table, [60, 62]);
    fake('61', 1, table, [60]);
    expect(await servingProcess(root, socket, plan())).toEqual({
      listener: { namespace: '1', local: `127.0.0.1:${theirs}`, port: theirs },
      pid: 60,
      holders: [60, 61],
      refused: 0,
    });
  });

  it('is found behind an address that was rewritten on the way, in another namespace', async () => {
    const host = '020011AC';
    fake(
      'self',
      1,
      [
        [at(7002), at(ours), ESTABLISHED, 72],
        [at(ours), at(7002), ESTABLISHED, 73],
        [at(ours), at(theirs), ESTABLISHED, 61],
      ],
      [],
    );
    fake(
      '80',
      2,
      [
        [at(80, '00000000'), at(0, '00000000'), LISTEN, 90],
        [at(80, host), at(ours), ESTABLISHED, 91],
      ],
      [90, 91],
    );
    expect(await servingProcess(root, socket, plan())).toMatchObject({
      listener: { namespace: '2', local: '172.17.0.2:80', port: 80 },
      pid: 80,
      holders: [80],
    });
  });

  it('is nobody where the other end is nowhere to be seen, or nobody accepts', async () => {
    fake('self', 1, [[at(ours), at(theirs), ESTABLISHED, 61]], []);
    expect(await servingProcess(root, socket, plan())).toEqual({ listener: null, pid: null, holders: [], refused: 0 });
  });

  it('is not known while nobody accepts, but who listens is', async () => {
    const table: [string, string, string, number][] = [
      [at(theirs), at(0, '00000000'), LISTEN, 60],
      [at(theirs), at(ours), ESTABLISHED, 0],
    ];
    fake('self', 1, table, []);
    fake('1', 1, table, [60]);
    expect(await servingProcess(root, socket, plan())).toMatchObject({ pid: null, holders: [1] });
  });

  it('is not process 1 where that only keeps a copy of the listener', async () => {
    const table: [string, string, string, number][] = [
      [at(theirs), at(0, '00000000'), LISTEN, 60],
      [at(theirs), at(ours), ESTABLISHED, 62],
    ];
    fake('self', 1, table, []);
    fake('1', 1, table, [60]);
    fake('50', 1, table, [60, 62]);
    expect(await servingProcess(root, socket, plan())).toMatchObject({ pid: 50, holders: [50] });
  });
});
