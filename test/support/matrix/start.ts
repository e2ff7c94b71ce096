import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Child, startChild } from './child.ts';
import type { MatrixServer } from './matrix-server.ts';
import { connectNamespace } from './namespace.ts';
import { startNginx } from './nginx.ts';

const PROGRAMS = fileURLToPath(new URL('./server/', import.meta.url));

/** The system's own. */
const PYTHON = ['/usr/bin/python3', '/usr/local/bin/python3'].find((place) => existsSync(place)) ?? 'python3';

/** What a server did by its own account. */
export interface Truth {
  readonly pid: number;
  /** Answered as they should be. */
  readonly requests: number;
  readonly opened: number;
  readonly closed: number;
  /** Opened never to be closed. */
  readonly lost: number;
}

export interface Running {
  readonly url: string;
  /** The first process of the server itself. */
  readonly pid: number;
  /** Of each process that ever served. */
  truth(): Truth[];
  stop(): Promise<void>;
}

/** Starts a server of the matrix with all that stands around it. */
export async function startServer(server: MatrixServer): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), 'matrix-'));
  // nginx's workers are another user.
  chmodSync(folder, 0o755);
  const undo: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  const child = async (words: readonly string[]): Promise<Child> => {
    const started = await startChild(words);
    undo.push(() => started.stop());
    return started;
  };
  const python = (script: string, ...words: string[]): Promise<Child> =>
    child([PYTHON, join(PROGRAMS, script), ...words]);
  try {
    const words = [...server.words];
    if (server.sink !== undefined) {
      words.push('--sink', String((await python('sink.py', server.sink)).said.port));
    }
    const socket = join(folder, 'backend.sock');
    if (server.front === 'unix') words.push('--unix', socket);
    if (server.apart) words.push('--host', '0.0.0.0');
    const main = await child([...(server.apart ? ['unshare', '--net'] : []), ...programOf(server, folder), ...words]);
    if (server.front === 'unix') chmodSync(socket, 0o777);
    let origin = `http://127.0.0.1:${main.said.port}`;
    if (server.apart) {
      const { address, remove } = connectNamespace(main.pid);
      undo.push(remove);
      origin = `http://${address}:${main.said.port}`;
    }
    if (server.front !== undefined) {
      const nginx = await startNginx(
        folder,
        server.front === 'unix' ? `unix:${socket}` : `127.0.0.1:${main.said.port}`,
      );
      undo.push(() => nginx.stop());
      origin = nginx.origin;
    }
    if (server.clients !== undefined) {
      const { mean, stay } = server.clients;
      await python('clients.py', String(main.said.port), String(mean), String(stay));
    }
    return { url: `${origin}/item`, pid: main.pid, truth: () => truthIn(folder), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function programOf({ program }: MatrixServer, folder: string): string[] {
  if (program === 'node') return [process.execPath, join(PROGRAMS, 'leaky-node.js'), folder];
  if (program === 'python') return [PYTHON, join(PROGRAMS, 'main.py'), '--folder', folder];
  const binary = join(folder, 'leaky');
  const { status, stderr } = spawnSync('cc', ['-O1', '-o', binary, join(PROGRAMS, 'leaky.c')], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`cc failed: ${stderr}`);
  return [binary, folder];
}

function truthIn(folder: string): Truth[] {
  return readdirSync(folder).flatMap((name) => {
    const pid = /^truth-(\d+)$/.exec(name)?.[1];
    if (pid === undefined) return [];
    const counts = readFileSync(join(folder, name));
    if (counts.length < 32) return [];
    const [requests, opened, closed, lost] = [0, 8, 16, 24].map((at) => Number(counts.readBigInt64LE(at)));
    return [{ pid: Number(pid), requests, opened, closed, lost }];
  });
}
