import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sysvObjects } from '../../../src/source/proc/kernel/sysv.ts';
import { PidCounter } from '../../../src/source/proc/process/pid-counter.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'counters-'));
  mkdirSync(join(root, 'sys/kernel'), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true }));

describe('pids given out', () => {
  const last = (pid: number) => writeFileSync(join(root, 'loadavg'), `0.10 0.20 0.30 1/200 ${pid}\n`);

  it('are counted from before one look to after the next, round the highest', () => {
    writeFileSync(join(root, 'sys/kernel/pid_max'), '32768\n');
    const counter = new PidCounter(root);
    last(1000);
    counter.begin();
    last(1003);
    expect(counter.end()).toBeNull();
    last(1010);
    counter.begin();
    last(1012);
    // Three of the first look's time, and nine since.
    expect(counter.end()).toBe(12);
    last(32_760);
    counter.begin();
    expect(counter.end()).toBe(31_750);
    last(310);
    counter.begin();
    expect(counter.end()).toBe(310 - 300 + (32_768 - 32_760));
  });

  it('are unknown where nothing tells them', () => {
    const counter = new PidCounter(root);
    counter.begin();
    counter.end();
    counter.begin();
    expect(counter.end()).toBeNull();
  });
});

describe('System V objects', () => {
  it('are read by the titles of their tables', () => {
    mkdirSync(join(root, 'sysvipc'));
    const write = (name: string, text: string) => writeFileSync(join(root, 'sysvipc', name), text);
    write(
      'msg',
      '       key      msqid perms      cbytes       qnum lspid lrpid   uid   gid  cuid  cgid      stime      rtime      ctime\n' +
        '         0          2   600           0          0     0     0    33    33    33    33          0          0 1700000000\n',
    );
    write('sem', '       key      semid perms      nsems   uid   gid  cuid  cgid      otime      ctime\n');
    write(
      'shm',
      '       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime      dtime      ctime                   rss                  swap\n' +
        '  16909060          7  1600                  4096   912   912      2     0     0  1000  1000          0          0 1700000000                  4096                     0\n',
    );
    expect(sysvObjects(root)).toEqual([
      { kind: 'queue', id: '2', key: '0', creator: 33 },
      { kind: 'memory', id: '7', key: '16909060', creator: 1000 },
    ]);
  });

  it('are none to speak of where the kernel has no such tables', () => {
    expect(sysvObjects(root)).toBeNull();
  });
});
