import type { DescriptorClass } from '../../../src/model/descriptor-class.ts';
import type { Expected, MatrixServer } from './matrix-server.ts';

interface Kind {
  readonly kind: string;
  readonly class: DescriptorClass;
  readonly type: string;
  readonly target: RegExp;
  /** Descriptors that are opened at once. */
  readonly each?: number;
  readonly sink?: 'hold' | 'close';
}

/** What server/descriptors.py opens, and what lsof calls it. */
const KINDS: readonly Kind[] = [
  { kind: 'regular', class: 'regular', type: 'REG', target: /cat\.jpg$/ },
  { kind: 'directory', class: 'directory', type: 'DIR', target: /matrix-/ },
  { kind: 'pipe', class: 'pipe', type: 'FIFO', target: /^pipe/, each: 2 },
  { kind: 'inet', class: 'inet', type: 'sock', target: /TCP/ },
  { kind: 'connected', class: 'inet', type: 'IPv4', target: /ESTABLISHED|->/, sink: 'hold' },
  { kind: 'pair', class: 'unix', type: 'unix', target: /./, each: 2 },
  { kind: 'netlink', class: 'netlink', type: 'netlink', target: /ROUTE/ },
  { kind: 'eventfd', class: 'eventfd', type: 'a_inode', target: /eventfd/ },
  { kind: 'epoll', class: 'epoll', type: 'a_inode', target: /eventpoll/ },
  { kind: 'timerfd', class: 'timerfd', type: 'a_inode', target: /timerfd/ },
  { kind: 'signalfd', class: 'signalfd', type: 'a_inode', target: /signalfd/ },
  { kind: 'pidfd', class: 'pidfd', type: 'a_inode', target: /pidfd/ },
  { kind: 'memfd', class: 'memfd', type: 'REG', target: /memfd:frame/ },
  { kind: 'char', class: 'char', type: 'CHR', target: /^\/dev\/null$/ },
  { kind: 'deleted', class: 'regular', type: 'REG', target: /part-/ },
  { kind: 'unique', class: 'regular', type: 'REG', target: /upload-/ },
  { kind: 'path', class: 'regular', type: 'REG', target: /cat\.jpg$/ },
];
/** The kernel lets a user have 128 of these at once. */
const INOTIFY: Kind = { kind: 'inotify', class: 'inotify', type: 'a_inode', target: /inotify/ };
const REGULAR = KINDS[0];

function leak({ class: kind, type, target, each = 1 }: Kind, rate: number, random = false): Expected {
  return { verdict: 'leak', rate: rate * each, class: kind, type, target, random };
}

function plain(kind: Kind, rate: number, manner: 'exact' | 'random' = 'exact', seed = 1): MatrixServer {
  return {
    name: `${kind.kind} ${rate * (kind.each ?? 1)}${manner === 'random' ? ' by chance' : ''}`,
    program: 'python',
    words: ['--habit', `leak:${kind.kind}:${rate}:${manner}`, '--seed', String(seed)],
    ...(kind.sink === undefined ? {} : { sink: kind.sink }),
    expected: leak(kind, rate, manner === 'random'),
  };
}

/** A leak of regular files in a server that is built otherwise. */
function built(name: string, rate: number, words: readonly string[], more: Partial<MatrixServer> = {}): MatrixServer {
  return {
    name,
    program: 'python',
    words: ['--habit', `leak:regular:${rate}`, ...words],
    expected: leak(REGULAR, rate),
    ...more,
  };
}

const THREADS = ['--way', 'threads'];

/** Servers that lose descriptors, each at a known rate. */
export const LEAKING: readonly MatrixServer[] = [
  ...KINDS.map((kind) => plain(kind, 1)),
  ...KINDS.map((kind, index) => plain(kind, 0.1, index % 2 === 0 ? 'exact' : 'random', index)),
  ...KINDS.map((kind, index) => plain(kind, 0.02, index % 2 === 0 ? 'random' : 'exact', 100 + index)),
  ...KINDS.filter(({ each }) => each === undefined).map((kind) => plain(kind, 2)),
  plain(INOTIFY, 0.02),
  plain(REGULAR, 0.5, 'random'),
  {
    ...plain(REGULAR, 1),
    name: 'connections that the other side closed',
    words: ['--habit', 'leak:connected:1'],
    sink: 'close',
    expected: leak({ kind: 'connected', class: 'inet', type: 'IPv4', target: /->/ }, 1),
  },
  {
    name: 'pipe and file together',
    program: 'python',
    words: ['--habit', 'leak:regular:1', '--habit', 'leak:pipe:0.5'],
    expected: { ...leak(REGULAR, 2), class: 'regular' } as Expected,
  },
  built('four workers', 1, ['--workers', '4']),
  built('four workers 0.1', 0.1, ['--workers', '4']),
  built('four workers, a listener each', 1, ['--workers', '4', '--reuseport']),
  built('four workers with pools', 0.1, ['--workers', '4', '--habit', 'pool:eventfd:8']),
  built('threads', 1, THREADS),
  built('threads waiting in accept', 1, ['--way', 'pool:8']),
  built('grandchild', 1, ['--grandchild']),
  built('grandchild 0.1', 0.1, ['--grandchild']),
  built('under clients that come and go', 1, THREADS, { clients: { mean: 20, stay: 5 } }),
  built('under clients 0.1', 0.1, THREADS, { clients: { mean: 20, stay: 0.5 } }),
  built('under churn', 1, ['--habit', 'churn:unique:20:0.5']),
  built('under churn 0.1', 0.1, ['--habit', 'churn:unique:20:0.5']),
  built('under churn of the same file 0.1', 0.1, ['--habit', 'churn:regular:10:0.5']),
  built('under churn of the same file 0.02', 0.02, ['--habit', 'churn:regular:5:0.3']),
  built('under log rotation', 0.1, ['--habit', 'rotate:2:0.5']),
  built('beside a cache of 50', 0.1, ['--habit', 'cache:unique:50']),
  built('beside last requests kept', 1, ['--way', 'pool:4', '--habit', 'last:unique']),
  built('beside a collector', 1, ['--habit', 'cycle:unique']),
  built('in another network namespace', 1, [], { apart: true }),
  built('in another network namespace, four workers 0.1', 0.1, ['--workers', '4'], { apart: true }),
  built('behind nginx', 1, [], { front: 'tcp' }),
  built('behind nginx 0.1', 0.1, ['--workers', '2'], { front: 'tcp' }),
  built('behind nginx by unix socket', 1, [], { front: 'unix' }),
  built('recycled every 40', 1, ['--workers', '2', '--recycle', '40']),
  built('recycled every 300', 1, ['--workers', '2', '--recycle', '300']),
  built('recycled every 300 0.1', 0.1, ['--workers', '2', '--recycle', '300', '--habit', 'pool:eventfd:8']),
  built('one on each connection', 1, [...THREADS, '--per', 'connection']),
  built('answers 500', 1, ['--status', '500']),
  built('answers 404', 0.1, ['--status', '404']),
  built('50 ms a request', 1, [...THREADS, '--delay', '0.05']),
  built('200 ms a request', 1, [...THREADS, '--delay', '0.2']),
  built('POST only', 1, ['--method', 'POST'], { method: 'POST' }),
  built('a process for each request', 1, ['--way', 'fork:0.3']),
  built('a process for each request 0.1', 0.1, ['--way', 'fork:0.03']),
  built('starts workers as load grows', 1, ['--workers', '6', '--scale', '150']),
  { ...built('C', 1, []), program: 'c', words: ['1'] },
  { ...built('C 0.1 by chance', 0.1, []), program: 'c', words: ['0.1', 'random'], expected: leak(REGULAR, 0.1, true) },
  { ...built('Node', 1, []), program: 'node', words: ['1'] },
  { ...built('Node 0.02', 0.02, []), program: 'node', words: ['0.02'] },
];
