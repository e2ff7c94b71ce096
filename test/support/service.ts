import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('./service-program.js', import.meta.url));

export interface ServiceOptions {
  /** Soft and hard limit of descriptors. */
  readonly limit?: number;
  /** Runs it as this user; needs root. */
  readonly uid?: number;
  readonly host?: string;
  /** What it calls itself: its COMMAND. */
  readonly title?: string;
}

/** A service of routes that leak and routes that do not (service-program.js). */
export interface Service {
  readonly pid: number;
  readonly port: number;
  readonly folder: string;
  /** `http://127.0.0.1:PORT` and the path. */
  url(path: string): string;
  /** Descriptors that it has, by the kernel's listing. */
  used(): number;
  /** What it saw: requests but these, the most descriptors that it had while it answered, the headers of this last request. */
  asked(): Promise<{ asked: number; peak: number; headers: Record<string, string[]>; method: string }>;
  stop(): Promise<void>;
}

/** Starts the service and waits until it listens. It ends with the test at the latest. */
export async function startService({
  limit,
  uid,
  host = '127.0.0.1',
  title = '',
}: ServiceOptions = {}): Promise<Service> {
  const folder = mkdtempSync(join(tmpdir(), 'service-'));
  chmodSync(folder, 0o777);
  writeFileSync(join(folder, 'cat.jpg'), Buffer.alloc(1000));
  const words = [process.execPath, '-e', readFileSync(PROGRAM, 'utf8'), folder, host, title];
  const [file = '', ...rest] =
    limit === undefined ? words : ['sh', '-c', 'ulimit -n "$0" && exec "$@"', String(limit), ...words];
  const child = spawn(file, rest, {
    stdio: ['pipe', 'pipe', 'inherit'],
    cwd: '/',
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  const [line] = await once(createInterface(child.stdout), 'line');
  const port = Number(line);
  const pid = child.pid ?? 0;
  const url = (path: string): string => `http://${host.includes(':') ? `[${host}]` : host}:${port}${path}`;
  return {
    pid,
    port,
    folder,
    url,
    used: () => readdirSync(`/proc/${pid}/fd`).length,
    asked: async () => (await fetch(url('/asked'))).json() as ReturnType<Service['asked']>,
    async stop() {
      const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : null;
      child.stdin?.end();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
