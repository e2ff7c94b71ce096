import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readService } from '../../../src/measure/orphans/service.ts';

let proc = '';

beforeEach(() => {
  proc = mkdtempSync(join(tmpdir(), 'proc-'));
  writeFileSync(join(proc, 'uptime'), '1000.00 900.00');
});

afterEach(() => rmSync(proc, { recursive: true, force: true }));

/** A line of proc_pid_stat(5): name, state and parent. */
function process(pid: number, command: string, parent: number, state = 'S'): void {
  mkdirSync(join(proc, String(pid)));
  writeFileSync(join(proc, String(pid), 'stat'), `${pid} (${command}) ${state} ${parent} ${'1 '.repeat(48)}\n`);
}

const managers = (word: string) =>
  readService(proc, word)
    .processes.filter(({ manager }) => manager)
    .map(({ pid }) => pid);

describe('readService', () => {
  it.each(['nginx', 'apache2', 'php-fpm', 'php-fpm8.2'])('knows that the first of %s serves nothing', (command) => {
    process(10, command, 1);
    process(11, command, 10);
    process(12, command, 10);
    expect(managers(command)).toEqual([10]);
    expect(managers('11')).toEqual([]);
  });

  it('takes the first of any other for one that may be at work', () => {
    process(10, 'celery', 1);
    process(11, 'celery', 10);
    // One that has no workers serves itself.
    process(20, 'nginx', 1);
    expect([managers('celery'), managers('nginx')]).toEqual([[], []]);
  });

  it('has the descendants of whom it names, and nobody that has ended', () => {
    process(10, 'app', 1);
    process(11, 'sh', 10);
    process(12, 'convert', 11);
    process(13, 'app', 10, 'Z');
    expect(readService(proc, 'app').processes.map(({ pid }) => pid)).toEqual([10, 11, 12]);
    expect(() => readService(proc, 'no-such')).toThrow('no such process');
  });
});
