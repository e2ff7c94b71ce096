import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PipeData } from '../../src/analysis/pipes/pipe-data.ts';
import type { Finding } from '../../src/model/report.ts';
import { freePort } from '../support/free-port.ts';
import { type Child, startChild } from '../support/matrix/child.ts';
import { requireThat, requireTool } from '../support/require-tool.ts';
import { leaksof } from '../support/run.ts';

const CLIENT = fileURLToPath(new URL('../support/servers/kazoo_client.py', import.meta.url));
/** Where Debian's packages zookeeper and python3-kazoo put them. */
const JAR = '/usr/share/java/zookeeper.jar';
const KAZOO = '/usr/lib/python3/dist-packages/kazoo';
const PYTHON = '/usr/bin/python3';

let folder = '';
let servers: Child[] = [];
let clients: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'zookeeper-'));
});

afterEach(async () => {
  for (const client of clients) {
    client.kill('SIGKILL');
    if (client.exitCode === null && client.signalCode === null) await once(client, 'close');
  }
  for (const server of servers) {
    // A stopped process takes no other signal.
    process.kill(server.pid, 'SIGKILL');
    await server.stop();
  }
  [servers, clients] = [[], []];
  rmSync(folder, { recursive: true, force: true });
});

/** The rest of the first line of a client's output that begins with a word. */
function line(client: ChildProcess, word: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    let wrong = '';
    client.stdout?.on('data', (chunk: Buffer) => {
      said += String(chunk);
      const found = new RegExp(`^${word}(.*)\n`, 'm').exec(said);
      if (found) resolve(found[1] ?? '');
    });
    client.stderr?.on('data', (chunk: Buffer) => {
      wrong += String(chunk);
    });
    client.on('close', (code) => reject(new Error(`the client ended with ${code} before it said ${word}: ${wrong}`)));
  });
}

interface Stuck {
  readonly calls: number;
  readonly reader: number;
  readonly writer: number;
  readonly queued: number;
  readonly capacity?: number;
  readonly refused?: string | null;
  readonly tid?: number;
  readonly connected: boolean;
}

/** A client with its server, which stands still while the client calls until nothing is taken any more. */
async function stuckClient(mode: 'pipe' | 'socketpair'): Promise<{ pid: number; server: number; seen: Stuck }> {
  const port = await freePort();
  const config = join(folder, 'zoo.cfg');
  writeFileSync(
    config,
    `tickTime=6000\ndataDir=${folder}\nclientPort=${port}\nclientPortAddress=127.0.0.1\nadmin.enableServer=false\n`,
  );
  const java = ['-Xmx96m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', JAR];
  const server = await startChild(['java', ...java, 'org.apache.zookeeper.server.quorum.QuorumPeerMain', config], {
    port,
  });
  servers.push(server);
  const client = spawn(PYTHON, [CLIENT, mode, String(port)]);
  clients.push(client);
  await line(client, 'CONNECTED');
  process.kill(server.pid, 'SIGSTOP');
  const stuck = line(client, 'STUCK ');
  client.stdin.write('\n');
  return { pid: client.pid ?? 0, server: server.pid, seen: JSON.parse(await stuck) };
}

async function look(pid: number): Promise<PipeData & { readonly findings: readonly Finding[] }> {
  return JSON.parse((await leaksof(['pipes', '--live', '--fill', '--pid', String(pid), '--json'])).stdout);
}

function present(): boolean {
  return (
    requireTool('java', ['-version']) &&
    requireThat(existsSync(JAR) && existsSync(KAZOO), 'zookeeper or python3-kazoo is missing: install both') &&
    requireThat(process.getuid?.() === 0, 'the ends of other processes can be looked at by root only')
  );
}

describe.runIf(process.platform === 'linux')('kazoo while its ZooKeeper stands still', { timeout: 180_000 }, () => {
  it('over a pipe: the pipe is called full, with less than its size in it', async () => {
    if (!present()) return;
    const { pid, server, seen } = await stuckClient('pipe');
    expect(seen).toMatchObject({ capacity: 65_536, refused: 'EAGAIN', connected: true });
    expect(seen.queued).toBeLessThan(65_536);
    expect(seen.queued).toBeGreaterThan(61_440);

    const { pipes, queues, findings } = await look(pid);
    const node = String(statSync(`/proc/${pid}/fd/${seen.writer}`).ino);
    expect(pipes.find((pipe) => pipe.node === node)).toMatchObject({
      state: 'full',
      queued: seen.queued,
      capacity: 65_536,
      nonblocking: true,
      alone: true,
      blocked: [],
    });
    const finding = findings.find(({ rule }) => rule === 'pipe-full');
    expect(finding).toMatchObject({ severity: 'critical', pid });
    expect(finding?.message).toContain(`${seen.queued.toLocaleString('en')} of 65,536 bytes queued`);
    expect(finding?.message).toContain('each write fails with EAGAIN');

    // What the requests wait for: the server takes nothing, because it is stopped.
    expect(queues[0]?.send).toBeGreaterThan(500_000);
    const unread = (await look(server)).findings.find(({ rule }) => rule === 'unread-queue');
    expect(unread?.message).toContain('is stopped (state T)');
  });

  it('over a socket pair: the blocked thread is named, at a small part of the size', async () => {
    if (!present()) return;
    const { pid, seen } = await stuckClient('socketpair');
    expect(readFileSync(`/proc/${pid}/task/${seen.tid}/syscall`, 'utf8')).toMatch(/^(?:44|206) /);

    const { pairs, findings } = await look(pid);
    const finding = findings.find(({ rule }) => rule === 'blocked-writer');
    expect(finding).toMatchObject({ severity: 'critical', pid });
    expect(finding?.evidence).toMatchObject({
      tid: seen.tid,
      call: 'sendto',
      fd: seen.writer,
      wchan: 'sock_alloc_send_pskb',
      received: seen.queued,
      alone: true,
    });
    expect(finding?.message).toContain(`sleeps in sendto on fd ${seen.writer}`);
    const pair = pairs.find(({ sockets }) => sockets.some(({ blocked }) => blocked.length > 0));
    expect(pair?.sockets.map(({ ends }) => ends[0]?.fd).sort()).toEqual([seen.reader, seen.writer].sort());
    // 278 messages of a byte fill it, and nobody writes again before three quarters of them were read.
    expect(seen.queued).toBeLessThan(279);
  });
});
