import {
  GUNICORN,
  GUNICORN_RECYCLED,
  NGINX_STATIC,
  PROMETHEUS,
  type RealServer,
  UWSGI,
} from '../servers/real-server.ts';
import type { Expected, MatrixServer } from './matrix-server.ts';
import { startServer } from './start.ts';

/** A URL to probe, with what a probe of it must say. */
export interface Target {
  readonly name: string;
  readonly set: 'leaking' | 'healthy' | 'unknowable' | 'troubled' | 'real';
  readonly tools: readonly string[];
  readonly method: 'GET' | 'POST';
  /** More words for `leaksof probe`. */
  readonly probe: readonly string[];
  readonly expected: Expected;
  /** Another server works along with it. */
  readonly upstream: boolean;
  /** Only root can start it. */
  readonly root: boolean;
  start(): Promise<{ readonly url: string; readonly pid: number; stop(): Promise<void> }>;
}

export function matrixTarget(set: Target['set'], server: MatrixServer): Target {
  const { name, program, front, method = 'GET', probe = [], expected } = server;
  const tools = [program === 'c' ? 'cc' : program === 'node' ? 'node' : 'python3'];
  if (front !== undefined) tools.push('nginx');
  const upstream = front !== undefined || server.sink !== undefined;
  return {
    name,
    set,
    tools,
    method,
    probe,
    expected,
    upstream,
    root: server.apart === true,
    start: () => startServer(server),
  };
}

function real(server: RealServer, path: string, expected: Expected): Target {
  return {
    name: `${server.name} ${path}`,
    set: 'real',
    tools: server.tools,
    method: 'GET',
    probe: [],
    expected,
    upstream: false,
    root: false,
    async start() {
      const running = await server.start();
      return { ...running, url: `${running.origin}${path}` };
    },
  };
}

const CLEAN: Expected = { verdict: 'healthy', clean: true };
const HEALTHY: Expected = { verdict: 'healthy', clean: false };

function leaks(target: RegExp): Expected {
  return { verdict: 'leak', rate: 1, class: 'regular', type: 'REG', target };
}

const CAT = leaks(/cat\.jpg$/);

/** Servers of everyday use, route by route. */
export const REAL: readonly Target[] = [
  ...UWSGI.flatMap((server) => [real(server, '/mounted/cat.jpg', CAT), real(server, '/direct/cat.jpg', CLEAN)]),
  real(UWSGI[0], '/hello', CLEAN),
  real(UWSGI[0], '/warm', CLEAN),
  real(UWSGI[2], '/warm', HEALTHY),
  real(UWSGI[0], '/cycle', HEALTHY),
  real(UWSGI[2], '/cycle', HEALTHY),
  real(UWSGI[0], '/uniq', leaks(/upload-/)),
  real(UWSGI[2], '/gone', leaks(/\(deleted\)|photo-/)),
  ...GUNICORN.flatMap((server) => [real(server, '/kept', CAT), real(server, '/hello', CLEAN)]),
  real(GUNICORN_RECYCLED, '/kept', CAT),
  real(GUNICORN_RECYCLED, '/hello', HEALTHY),
  real(PROMETHEUS, '/metrics', CLEAN),
  real(PROMETHEUS, '/-/healthy', CLEAN),
  real(NGINX_STATIC, '/cat.jpg', CLEAN),
];
