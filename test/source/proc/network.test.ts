import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { networkNamespaces, ownsAddress } from '../../../src/source/proc/network/network-namespaces.ts';
import { socketHolders } from '../../../src/source/proc/network/socket-holders.ts';
import {
  endpointText,
  portDigits,
  portOf,
  TcpState,
  tcpEndpoints,
  tcpListeners,
} from '../../../src/source/proc/network/tcp-endpoints.ts';
import { unixListeners } from '../../../src/source/proc/network/unix-listeners.ts';
import { wakeUps } from '../../../src/source/proc/process/activity.ts';
import { descendantsOf } from '../../../src/source/proc/process/descendants.ts';
import { listProcesses } from '../../../src/source/proc/process/processes.ts';
import { canUnshare } from '../../support/as-user.ts';
import { requireThat, requireTool } from '../../support/require-tool.ts';

const LINUX = process.platform === 'linux';
const ROOT = '/proc';
const SELF = '/proc/self';
/** A busy machine has ten thousand sockets. */
const OUTPUT = { encoding: 'utf8', maxBuffer: 1 << 28 } as const;

/**
 * Listens on TCP (IPv4 and IPv6) and on unix sockets (a path with a blank, an abstract name), connects to itself over both
 * families, forks a child that has all of it and a grandchild that has nothing; prints what it made.
 */
const SOCKETS = String.raw`
import json, os, socket, subprocess, sys
folder = sys.argv[1]
made = []
def tcp(family, host):
    server = socket.socket(family)
    server.bind((host, 0))
    server.listen(5)
    client = socket.create_connection(server.getsockname()[:2])
    made.extend([server, client, server.accept()[0]])
    return server.getsockname()[1]
four, six = tcp(socket.AF_INET, '127.0.0.1'), tcp(socket.AF_INET6, '::1')
path = folder + '/two words.sock'
for name in (path, '\0leaksof-' + str(os.getpid())):
    server = socket.socket(socket.AF_UNIX)
    server.bind(name)
    server.listen(1)
    made.append(server)
both = socket.socketpair()
made.extend(both)
inodes = [os.fstat(one.fileno()).st_ino for one in made]
born, bear = os.pipe()
child = os.fork()
if child == 0:
    sleeper = subprocess.Popen(['sleep', '1000'], close_fds=True)
    os.write(bear, b'1')
    try:
        os.read(0, 1)
    finally:
        sleeper.kill()
        os._exit(0)
os.read(born, 1)
print(json.dumps({'four': four, 'six': six, 'path': path, 'inodes': [str(i) for i in inodes], 'child': child}), flush=True)
os.read(0, 1)
`;

interface Made {
  readonly four: number;
  readonly six: number;
  readonly path: string;
  readonly inodes: readonly string[];
  readonly child: number;
}

describe.skipIf(!LINUX)('sockets of a process', () => {
  let holder: ChildProcess;
  let folder = '';
  let made: Made;
  let pid = 0;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'network-'));
    holder = spawn('python3', ['-c', SOCKETS, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
    const [line] = await once(createInterface(holder.stdout as NodeJS.ReadableStream), 'line');
    made = JSON.parse(line);
    pid = holder.pid ?? 0;
  });
  afterAll(async () => {
    const ended = once(holder, 'exit');
    holder.stdin?.end();
    await ended;
    rmSync(folder, { recursive: true });
  });

  const psChildren = (parent: number): number[] => {
    try {
      const text = execFileSync('ps', ['-o', 'pid=', '--ppid', String(parent)], { encoding: 'utf8' });
      return text
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map(Number);
    } catch {
      return [];
    }
  };

  it('are held by it and its child, and by no others', () => {
    const { holders } = socketHolders(ROOT, new Set(made.inodes), [process.ppid, pid, made.child, process.pid]);
    expect([...holders.keys()].toSorted()).toEqual([...made.inodes].toSorted());
    const both = [pid, made.child].toSorted((a, b) => a - b);
    for (const found of holders.values()) expect(found).toEqual(both);
  });

  it('are looked for only where asked', () => {
    expect(socketHolders(ROOT, new Set(made.inodes), [made.child]).holders.get(made.inodes[0] ?? '')).toEqual([
      made.child,
    ]);
    expect(socketHolders(ROOT, new Set(), [pid]).holders.size).toBe(0);
    expect(socketHolders(ROOT, new Set(['1']), [pid, 4_194_305])).toEqual({ holders: new Map(), refused: 0 });
  });

  it('of TCP are those that ss lists, with state and inode', () => {
    if (!requireTool('ss', ['-V'])) return;
    const ports = new Set([made.four, made.six]);
    const wanted = (address: string | null | undefined) => ports.has(portOf(address ?? '') ?? -1);
    const states: Record<string, number> = { LISTEN: TcpState.listen, ESTAB: TcpState.established };
    const listed = execFileSync('ss', ['-tanHe'], OUTPUT)
      .split('\n')
      .map((line) => ({ fields: line.trim().split(/\s+/), inode: / ino:(\d+)/.exec(line)?.[1] ?? '0' }))
      .filter(({ fields: [, , , local, remote] }) => wanted(local) || wanted(remote))
      .map(({ fields: [state = '', , , local, remote], inode }) => [
        local,
        state === 'LISTEN' ? null : remote,
        states[state],
        inode,
      ]);
    expect(listed).toHaveLength(6);
    const found = (tcpEndpoints(SELF) ?? [])
      .filter(({ local, remote }) => wanted(local) || wanted(remote))
      .map(({ local, remote, state, inode }) => [local, remote, state, inode]);
    expect(found.toSorted()).toEqual(listed.toSorted());
  });

  it('that listen are told from others, whatever lines are passed over', () => {
    const listening = tcpListeners(`${ROOT}/${pid}`);
    expect(listening.filter(({ inode }) => made.inodes.includes(inode)).map(({ local }) => local)).toEqual([
      `127.0.0.1:${made.four}`,
      `[::1]:${made.six}`,
    ]);
    expect(listening.every(({ remote, state }) => remote === null && state === TcpState.listen)).toBe(true);
    const digits = portDigits(made.four).trim();
    const few = tcpEndpoints(SELF, (line) => line.includes(digits)) ?? [];
    // The same digits can stand in the inode or the address of a line that is of another port.
    const ours = few.filter(({ local, remote }) => [local, remote].includes(`127.0.0.1:${made.four}`));
    expect(ours).toHaveLength(3);
    expect(tcpEndpoints('/proc/0')).toBeNull();
  });

  it('of the unix domain that listen have their paths', () => {
    const listeners = unixListeners(`${ROOT}/${pid}`);
    const held = made.inodes.flatMap((inode) => listeners.get(inode) ?? []);
    expect(held).toEqual([made.path, `@leaksof-${pid}`]);
    if (!requireTool('ss', ['-V'])) return;
    const ss = execFileSync('ss', ['-xlH'], OUTPUT);
    expect(ss).toContain(made.path);
    expect(ss).toContain(`@leaksof-${pid}`);
    expect(unixListeners('/proc/0').size).toBe(0);
  });

  it('descendants are those that ps lists', () => {
    const [grandchild = 0] = psChildren(made.child);
    const all = [made.child, grandchild].toSorted((a, b) => a - b);
    expect([...descendantsOf(ROOT, [pid])].toSorted((a, b) => a - b)).toEqual(all);
    expect([...descendantsOf(ROOT, [pid, made.child])]).toEqual([grandchild]);
    expect([...descendantsOf(ROOT, [grandchild, 4_194_305])]).toEqual([]);
  });

  it('descendants are found by their parents where the kernel lists no children', () => {
    const tree = join(folder, 'tree');
    // 2 and 3 descend from 1, 4 from 3; 5 is somebody else's, and 6 its own parent.
    for (const [one, parent] of [
      [1, 0],
      [2, 1],
      [3, 1],
      [4, 3],
      [5, 0],
      [6, 6],
    ] as const) {
      mkdirSync(join(tree, String(one)), { recursive: true });
      writeFileSync(join(tree, String(one), 'stat'), `${one} (x) S ${parent} ${'0 '.repeat(48)}\n`);
    }
    expect([...descendantsOf(tree, [1])].toSorted()).toEqual([2, 3, 4]);
    expect([...descendantsOf(tree, [3, 6])]).toEqual([4]);
  });

  it('being woken is counted over all threads', () => {
    const stat = readFileSync(`${ROOT}/${pid}/task/${pid}/schedstat`, 'utf8').trim().split(' ');
    expect(wakeUps(`${ROOT}/${pid}`)).toBe(Number(stat[2]));
    expect(wakeUps(`${ROOT}/4194305`)).toBeNull();
  });
});

describe('an address', () => {
  it.each([
    ['127.0.0.1', 8080, '127.0.0.1:8080'],
    ['::1', 80, '[::1]:80'],
    ['::ffff:10.0.0.1', 80, '10.0.0.1:80'],
  ])('%s port %d is written %s, as the tables are read', (address, port, text) => {
    expect(endpointText(address, port)).toBe(text);
    expect(portOf(text)).toBe(port);
  });

  it('without a port has none', () => {
    expect(portOf('*:*')).toBeNull();
    expect(portDigits(80)).toBe(':0050 ');
  });
});

describe.skipIf(!LINUX)('addresses of this machine', () => {
  const own = { id: '', folder: SELF };
  const addresses = (family: string): string[] =>
    execFileSync('ip', ['-o', family, 'addr'], { encoding: 'utf8' })
      .split('\n')
      .flatMap((line) => / inet6? ([^/ ]+)/.exec(line)?.[1] ?? []);

  it('are those that ip lists, and not their neighbours', () => {
    if (!requireTool('ip', ['-V'])) return;
    for (const address of [...addresses('-4'), ...addresses('-6')]) {
      expect(ownsAddress(own, address), address).toBe(true);
    }
    for (const address of addresses('-4').filter((one) => !one.startsWith('127.'))) {
      const parts = address.split('.');
      const broadcast = [...parts.slice(0, 3), '255'].join('.');
      expect(ownsAddress(own, broadcast), broadcast).toBe(false);
    }
  });

  it('are the loopback network and the address that stands for all, in any spelling', () => {
    expect(['127.0.0.1', '127.9.9.9', '0.0.0.0', '::', '0:0::0'].filter((one) => !ownsAddress(own, one))).toEqual([]);
    expect(['203.0.113.7', '2001:db8::7', '1.27.0.0.1'].filter((one) => ownsAddress(own, one))).toEqual([]);
  });

  it('are those of other network namespaces too', async () => {
    const possible = canUnshare();
    if (!requireThat(possible, 'namespaces cannot be made here')) return;
    const child = spawn(
      'unshare',
      ['-n', 'sh', '-c', 'ip link set lo up; ip addr add 203.0.113.7/32 dev lo; echo ready; read end'],
      {
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    );
    await once(createInterface(child.stdout), 'line');
    const spaces = networkNamespaces(ROOT, listProcesses(ROOT));
    const found = spaces.filter((space) => ownsAddress(space, '203.0.113.7'));
    expect(found).toHaveLength(1);
    expect(found[0]?.folder).toBe(`${ROOT}/${child.pid}`);
    expect(spaces[0]?.folder).toBe(SELF);
    expect(new Set(spaces.map(({ id }) => id)).size).toBe(spaces.length);
    const ended = once(child, 'exit');
    child.stdin.end();
    await ended;
  });
});
