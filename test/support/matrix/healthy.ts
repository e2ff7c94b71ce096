import type { MatrixServer } from './matrix-server.ts';

function healthy(name: string, words: readonly string[], more: Partial<MatrixServer> = {}): MatrixServer {
  return { name, program: 'python', words, expected: { verdict: 'healthy', clean: false }, ...more };
}

/** One that must be found clean: what it does has ended, or is over, well within a measurement. */
function clean(name: string, words: readonly string[], more: Partial<MatrixServer> = {}): MatrixServer {
  return healthy(name, words, { expected: { verdict: 'healthy', clean: true }, ...more });
}

/** One whose population grows for so many requests. */
function filling(
  name: string,
  needs: number,
  words: readonly string[],
  more: Partial<MatrixServer> = {},
): MatrixServer {
  return healthy(name, words, { expected: { verdict: 'healthy', clean: false, needs }, ...more });
}

const habit = (...habits: readonly string[]): string[] => habits.flatMap((words) => ['--habit', words]);
const THREADS = ['--way', 'threads'];

/** Servers that lose nothing. */
export const HEALTHY: readonly MatrixServer[] = [
  clean('nothing', []),
  clean('TIME_WAIT only, four workers', ['--workers', '4']),
  clean('threads', THREADS),
  clean('Node', [], { program: 'node', words: ['0'] }),
  clean('C', [], { program: 'c', words: ['0'] }),
  clean('pool of 10 connections', habit('pool:connected:10:0.1'), { sink: 'hold' }),
  filling('pool of 50 connections, by chance', 1200, habit('pool:connected:50:0.05'), { sink: 'hold' }),
  healthy('pool of 10 by chance in four workers', [...habit('pool:connected:10:0.02'), '--workers', '4'], {
    sink: 'hold',
  }),
  clean('cache of 50', habit('cache:unique:50')),
  filling('cache of 500', 600, habit('cache:unique:500')),
  filling('cache of 500, few misses', 1200, habit('cache:unique:500:0.5')),
  filling('cache of 1000', 1200, habit('cache:unique:1000')),
  healthy('closes all every 2 s', habit('batch:unique:2')),
  healthy('closes all every 0.3 s', habit('batch:unique:0.3')),
  healthy('closes 1 s late', habit('late:unique:1')),
  clean('log rotation', habit('rotate:2:0.5')),
  healthy('log rotation in four workers', [...habit('rotate:1:0.3'), '--workers', '4']),
  healthy('recycled every 40', ['--workers', '2', '--recycle', '40']),
  healthy('recycled every 300 with pools', [...habit('pool:eventfd:8:0.2'), '--workers', '4', '--recycle', '300']),
  clean('8 opened lazily', habit('lazy:unique:8')),
  clean('30 opened lazily', habit('lazy:unique:30')),
  filling('300 opened lazily', 600, habit('lazy:unique:300')),
  filling('1500 opened lazily', 2000, habit('lazy:unique:1500')),
  healthy('churn', habit('churn:unique:20:0.5')),
  healthy('churn, slow', habit('churn:unique:20:5')),
  healthy('churn, in bulk', habit('churn:unique:100:2')),
  healthy('20 clients that stay 5 s', THREADS, { clients: { mean: 20, stay: 5 } }),
  healthy('40 clients that stay 30 s', THREADS, { clients: { mean: 40, stay: 30 } }),
  healthy('clients that stay half a second', THREADS, { clients: { mean: 20, stay: 0.5 } }),
  clean('last request of each thread kept', [...habit('last:regular'), '--way', 'pool:8']),
  healthy('reference cycles', habit('cycle:unique')),
  healthy('reference cycles in four workers', [...habit('cycle:unique'), '--workers', '4']),
  clean('30 threads started on demand', habit('threads:epoll:30')),
  healthy('starts workers as load grows', ['--workers', '6', '--scale', '150']),
  healthy('starts workers with pools', [...habit('pool:eventfd:8:0.2'), '--workers', '6', '--scale', '150']),
  healthy('a process for each request', ['--way', 'fork:0.1', ...habit('cache:unique:50')]),
  clean('zombies', habit('zombies:50')),
  clean('threads waiting in accept', ['--way', 'pool:16']),
  clean('behind nginx', [], { front: 'tcp' }),
  filling('behind nginx with a pool', 700, habit('pool:eventfd:30:0.05'), { front: 'unix' }),
  clean('in another network namespace', [], { apart: true }),
  filling('50 ms a request', 120, [...THREADS, '--delay', '0.05', ...habit('pool:eventfd:20:0.2')]),
];

const BOUNDS = { verdict: 'unknowable' } as const;

/** Servers that lose nothing, and that no measurement of seconds can tell from a leak. */
export const UNKNOWABLE: readonly MatrixServer[] = [
  healthy('cache of 5000', habit('cache:unique:5000'), { expected: BOUNDS }),
  healthy('closes all every 20 s', habit('batch:unique:20'), { expected: BOUNDS }),
];
