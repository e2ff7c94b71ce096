import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../free-port.ts';
import { startChild } from '../matrix/child.ts';
import { startNginx } from '../matrix/nginx.ts';

/** A server of everyday use, with the programs it takes. */
export interface RealServer {
  readonly name: string;
  readonly tools: readonly string[];
  start(): Promise<RunningReal>;
}

export interface RunningReal {
  readonly origin: string;
  readonly pid: number;
  stop(): Promise<void>;
}

const APPLICATION = fileURLToPath(new URL('./', import.meta.url));

/** Runs what `start` starts in a folder of its own, with a picture in it, that goes when the server ends. */
async function inFolder(
  start: (folder: string) => Promise<{ origin: string; pid: number; stop(): Promise<void> }>,
): Promise<RunningReal> {
  const folder = mkdtempSync(join(tmpdir(), 'photo-'));
  chmodSync(folder, 0o777);
  writeFileSync(join(folder, 'cat.jpg'), Buffer.alloc(3000, 'cat'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const { origin, pid, stop } = await start(folder);
    return { origin, pid, stop: () => stop().finally(remove) };
  } catch (error) {
    remove();
    throw error;
  }
}

/** A program that serves a port of its own choice. */
function served(
  words: (port: number, folder: string) => string[],
  env: Readonly<Record<string, string>> = {},
): () => Promise<RunningReal> {
  return () =>
    inFolder(async (folder) => {
      const port = await freePort();
      const child = await startChild(words(port, folder), {
        port,
        cwd: APPLICATION,
        env: { PHOTO_FOLDER: folder, PYTHONDONTWRITEBYTECODE: '1', ...env },
      });
      return { origin: `http://127.0.0.1:${port}`, pid: child.pid, stop: () => child.stop() };
    });
}

const PLUGINS: Readonly<Record<string, string>> = { gevent: 'python3,gevent_python3', router: 'http,python3' };

function uwsgi(mode: string, ...words: readonly string[]): RealServer {
  const router = mode === 'router';
  return {
    name: `uwsgi, ${mode}`,
    tools: ['uwsgi'],
    start: served(
      (port) => [
        'uwsgi',
        ...['--plugin', PLUGINS[mode] ?? 'python3', '--wsgi-file', 'photo.py'],
        ...['--master', '--die-on-term', '--disable-logging', '--need-app'],
        ...[router ? '--http' : '--http-socket', `127.0.0.1:${port}`],
        ...words,
      ],
      { PHOTO_OLD_RULE: '1' },
    ),
  };
}

function gunicorn(mode: string, ...words: readonly string[]): RealServer {
  return {
    name: `gunicorn, ${mode}`,
    tools: ['gunicorn'],
    start: served((port) => ['gunicorn', '--bind', `127.0.0.1:${port}`, ...words, 'photo:application']),
  };
}

/** The service of the incident under uWSGI, in each of its ways to work. */
export const UWSGI: readonly RealServer[] = [
  uwsgi('sync'),
  uwsgi('threads', '--threads', '4'),
  uwsgi('processes', '--processes', '4'),
  uwsgi('gevent', '--gevent', '50'),
  uwsgi('router', '--processes', '2'),
];

/** The same under gunicorn. */
export const GUNICORN: readonly RealServer[] = [
  gunicorn('sync', '--workers', '2'),
  gunicorn('gthread', '--workers', '2', '--threads', '4'),
  gunicorn('gevent', '--workers', '2', '--worker-class', 'gevent'),
];

export const GUNICORN_RECYCLED = gunicorn('max-requests 20', '--workers', '2', '--max-requests', '20');

export const PROMETHEUS: RealServer = {
  name: 'prometheus',
  tools: ['prometheus'],
  start: served((port, folder) => {
    const config = join(folder, 'prometheus.yml');
    writeFileSync(config, 'global:\n  scrape_interval: 1s\nscrape_configs: []\n');
    return [
      'prometheus',
      ...[`--config.file=${config}`, `--storage.tsdb.path=${join(folder, 'data')}`],
      ...[`--web.listen-address=127.0.0.1:${port}`, '--log.level=error'],
    ];
  }),
};

export const NGINX_STATIC: RealServer = {
  name: 'nginx, files',
  tools: ['nginx'],
  start: () => inFolder((folder) => startNginx(folder, null)),
};
