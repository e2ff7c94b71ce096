import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { LeaksofError } from '../../src/model/error.ts';
import type { SourceResult } from '../../src/model/source.ts';
import { inputSource } from '../../src/source/input.ts';
import { type Collected, collector } from '../support/collected.ts';

const top = mkdtempSync(join(tmpdir(), 'leaksof-sos-'));
afterAll(() => rmSync(top, { recursive: true, force: true }));

const LISTING = `COMMAND     PID   TID TASKCMD               USER   FD      TYPE             DEVICE SIZE/OFF       NODE NAME
systemd       1                                0  cwd       DIR               0,38      269        128 /
systemd       1                                0    4u  a_inode               0,14        0       1057 [eventpoll]
nginx       901                              101    7w      REG               0,38     1234         99 /var/log/nginx/access.log
`;

const LIMITS = `Limit                     Soft Limit           Hard Limit           Units     
Max cpu time              unlimited            unlimited            seconds   
Max open files            1024                 524288               files     
Max locked memory         8388608              8388608              bytes     
`;

let reports = 0;

/** An unpacked report with these files; a value that begins with `->` is a link. */
function report(files: Readonly<Record<string, string>>): string {
  const root = join(top, `sosreport-${++reports}`);
  mkdirSync(root);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    if (content.startsWith('->')) symlinkSync(content.slice(2), join(root, name));
    else writeFileSync(join(root, name), content);
  }
  return root;
}

async function read(path: string): Promise<Collected & { result: SourceResult }> {
  const collected = collector();
  const result = await inputSource({ path }).read(collected);
  return { ...collected, result };
}

const NEW = 'sos_commands/process/lsof_M_-n_-l_-c';

describe('a sosreport folder', () => {
  it('gives its lsof output with limits, host, time and system', async () => {
    const root = report({
      [NEW]: LISTING,
      lsof: `->${NEW}`,
      'proc/1/limits': LIMITS.replace('1024  ', 'unlimited'),
      'proc/901/limits': LIMITS,
      'proc/901/status':
        'Name:\tnginx\nState:\tS (sleeping)\nPid:\t901\nPPid:\t1\nUid:\t101\t101\t101\t101\nVmRSS:\t    5120 kB\nThreads:\t4\n',
      'sos_commands/host/hostname': 'web-1.example.com\n',
      hostname: '->sos_commands/host/hostname',
      'sos_commands/kernel/sysctl_-a':
        'fs.file-max = 9223372036854775807\nfs.file-nr = 4704\t0\t9223372036854775807\nfs.inotify.max_user_instances = 128\nfs.nr_open = 1073741816\n',
      'proc/sys/fs/inotify/max_user_watches': '65536\n',
      'sos_reports/manifest.json': JSON.stringify({
        components: {
          report: {
            plugins: {
              process: {
                commands: [
                  { exec: 'ps auxwwwm', filepath: 'sos_commands/process/ps_auxwwwm', return_code: 0, start_time: 1 },
                  {
                    exec: "lsof +M -n -l -c ''",
                    filepath: NEW,
                    return_code: 124,
                    start_time: 1700000000.25,
                    truncated: false,
                  },
                ],
              },
            },
          },
        },
      }),
    });
    const { rowLines, facts, result } = await read(root);
    expect(rowLines).toEqual(['1 systemd cwd /', '1 systemd 4u [eventpoll]', '901 nginx 7w /var/log/nginx/access.log']);
    expect(facts).toEqual([
      { pid: 1, softLimit: Number.POSITIVE_INFINITY, hardLimit: 524288 },
      {
        pid: 901,
        command: 'nginx',
        state: 'S',
        ppid: 1,
        uid: 101,
        threads: 4,
        rss: 5120 * 1024,
        softLimit: 1024,
        hardLimit: 524288,
      },
    ]);
    expect(result.info).toMatchObject({
      kind: 'sosreport',
      name: 'web-1.example.com',
      time: '2023-11-14T22:13:20.250Z',
    });
    expect(result.system).toEqual({
      openFiles: 4704,
      fileMax: 2 ** 63,
      nrOpen: 1073741816,
      inotifyInstances: 128,
      inotifyWatches: 65536,
    });
    expect(result.coverage.hidden).toEqual([
      'sos stopped lsof at its time limit: processes after that are not in the report',
    ]);
  });

  it('prefers the listing without threads, under its older names too, and ignores a dangling link', async () => {
    const older = 'sos_commands/process/lsof_-b_M_-n_-l_-c';
    const { rowLines, result } = await read(
      report({
        lsof: '->sos_commands/process/gone',
        'sos_commands/process/lsof_-b_M_-n_-l': 'not this one\n',
        'sos_commands/rpm/lsof_D_var_lib_rpm': 'nor this\n',
        [older]: LISTING,
        date: 'Tue Nov 14 22:13:20 UTC 2023\n',
      }),
    );
    expect(rowLines).toHaveLength(3);
    expect(result.info.time).toBe('2023-11-14T22:13:20.000Z');
    expect(result.coverage.hidden?.join()).toMatch(/no proc\/N\/limits in|has no proc\/N\/limits/);
  });

  it('finds the report in the folder that a tarball unpacks to, and the listing that only the link has', async () => {
    const root = report({ 'sosreport-box-2024/lsof': LISTING, 'sosreport-box-2024/sos_commands/host/uptime': 'up\n' });
    expect((await read(root)).rowLines).toHaveLength(3);
  });

  it('says so where there is no listing, and reads no file outside of the report', async () => {
    const outside = join(top, 'outside');
    writeFileSync(outside, LISTING);
    const root = report({ lsof: `->${outside}`, 'sos_commands/host/uptime': 'up\n' });
    await expect(read(root)).rejects.toThrow(LeaksofError);
    await expect(read(root)).rejects.toThrow(/has no lsof output/);
  });
});
