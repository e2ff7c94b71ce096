import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';
import type { DrainData, DrainProcess } from '../../src/analysis/drain/drain-data.ts';
import type { Finding, Verdict } from '../../src/model/report.ts';
import { type Child, startChild } from './matrix/child.ts';
import { leaksof, PROGRAM } from './run.ts';

const SERVICE = fileURLToPath(new URL('./drain_service.py', import.meta.url));

export interface DrainDocument extends DrainData {
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
}

/** Runs `leaksof drain ... --json`. */
export async function drain(
  ...words: readonly string[]
): Promise<{ status: number | null; stderr: string; report: DrainDocument }> {
  const { stdout, stderr, status } = await leaksof(['drain', ...words, '--json']);
  return { status, stderr, report: JSON.parse(stdout === '' ? '{}' : stdout) as DrainDocument };
}

/** A listening port that takes connections and keeps them. */
export async function openSink(): Promise<{ readonly port: number; close(): void }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('end', () => socket.end());
    socket.resume();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const close = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { port: address.port, close };
}

/** Services of every kind for the tests of a file, gone after each. */
export function useServices(): (kind: string, sink?: number) => Promise<{ pid: number; port: number; child: number }> {
  const running: { readonly child: Child; readonly pids: readonly number[] }[] = [];
  afterEach(async () => {
    for (const { child, pids } of running.splice(0)) {
      for (const pid of pids) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // It has ended, which most do here.
        }
      }
      await child.stop();
    }
  });
  return async (kind, sink = 0) => {
    const started = await startChild(['/usr/bin/env', 'python3', SERVICE, kind, String(sink)]);
    const { pid, port, child } = started.said as { pid: number; port: number; child?: number };
    running.push({ child: started, pids: [pid, ...(child === undefined ? [] : [child])] });
    return { pid, port, child: child ?? 0 };
  };
}

/** What is said of one process. */
export function processIn({ processes }: DrainDocument, pid: number): DrainProcess {
  const found = processes.find((process) => process.pid === pid);
  if (!found) throw new Error(`no process ${pid} in the report`);
  return found;
}

/** A drain that runs while the test goes on. */
export function following(
  words: readonly string[],
  options: SpawnOptions = {},
): {
  child: ChildProcess;
  said: () => string;
  end: Promise<[number | null, string]>;
} {
  const child = spawn(process.execPath, [PROGRAM, 'drain', ...words], {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const end = once(child, 'close').then(([code]): [number | null, string] => [code as number | null, stdout]);
  return { child, said: () => stderr, end };
}
