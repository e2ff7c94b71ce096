import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseHidepid } from '../../../src/source/proc/kernel/namespaces.ts';
import { parseCgroup } from '../../../src/source/proc/process/cgroup.ts';
import { parseLimits } from '../../../src/source/proc/process/limits.ts';
import { parseBootTime, parseStat } from '../../../src/source/proc/process/stat.ts';
import { parseStatus } from '../../../src/source/proc/process/status.ts';
import { parsePasswd } from '../../../src/source/proc/process/users.ts';

const ID = 'a1b2c3d4'.repeat(8);

/** A line of /proc/PID/stat as the kernel prints it. */
function statLine(comm: Uint8Array, state: string, ppid: number, threads: number, start: number): Buffer {
  const after = ` ${state} ${ppid} 1 1 0 -1 4194560 1 2 3 4 250 50 7 8 20 0 ${threads} 0 ${start} 1000 200 18446744073709551615`;
  return Buffer.concat([Buffer.from('42 ('), comm, Buffer.from(`)${after}\n`)]);
}

describe('stat', () => {
  it('takes any comm: blanks, parentheses, newlines, bytes that are no UTF-8', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 15 }),
        fc.constantFrom('R', 'S', 'D', 'Z', 'T', 'I'),
        fc.nat(4_194_304),
        fc.integer({ min: 1, max: 1000 }),
        fc.nat(2 ** 40),
        (comm, state, ppid, threads, start) => {
          const stat = parseStat(statLine(comm, state, ppid, threads, start));
          expect(stat).toMatchObject({ state, ppid, threads, startSeconds: start / 100, cpuSeconds: 3 });
          expect(stat?.command).not.toMatch(/[\x00-\x1f]/);
        },
      ),
    );
  });

  it('prints comm as lsof does', () => {
    const command = (comm: string | Buffer) => parseStat(statLine(Buffer.from(comm), 'S', 1, 1, 1))?.command;
    expect(command('(sd-pam)')).toBe('(sd-pam)');
    expect(command('a) R 9 (b')).toBe('a) R 9 (b');
    expect(command('my app\t\x1b')).toBe('my app\\t^[');
    expect(command(Buffer.from([0x61, 0xff]))).toBe('a\\xff');
    expect(command('')).toBe('');
  });

  it('is null for anything else, whatever it is', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const stat = parseStat(Buffer.from(bytes));
        expect(stat === null || typeof stat.command === 'string').toBe(true);
      }),
    );
    expect(parseStat(Buffer.from('42 (x) S 1 1'))).toBeNull();
  });

  it('knows when the machine booted', () => {
    expect(parseBootTime('cpu  1 2 3\nbtime 1700000000\nprocesses 5\n')).toBe(1_700_000_000);
    expect(parseBootTime('cpu  1 2 3\n')).toBeNull();
  });
});

describe('status', () => {
  it('reads the effective user and resident memory, and not from the name', () => {
    const text = 'Name:\tUid: 7\nUid:\t1000\t33\t0\t0\nVmRSS:\t    2048 kB\n';
    expect(parseStatus(text)).toEqual({ uid: 33, rss: 2_097_152 });
    expect(parseStatus('')).toEqual({ uid: null, rss: null });
  });
});

describe('limits', () => {
  it('reads soft and hard limit, unlimited as infinity', () => {
    const text = (soft: string, hard: string) =>
      `Limit                     Soft Limit           Hard Limit           Units     \nMax open files            ${soft.padEnd(20)} ${hard.padEnd(20)} files     \n`;
    fc.assert(
      fc.property(fc.nat(2 ** 30), fc.option(fc.nat(2 ** 30), { nil: null }), (soft, hard) => {
        expect(parseLimits(text(String(soft), hard === null ? 'unlimited' : String(hard)))).toEqual({
          softLimit: soft,
          hardLimit: hard ?? Number.POSITIVE_INFINITY,
        });
      }),
    );
    expect(parseLimits('Max cpu time              unlimited            unlimited            seconds\n')).toBeNull();
  });
});

describe('cgroup', () => {
  const of = (path: string) => parseCgroup(`0::${path}\n`);

  it.each([
    ['docker, systemd', `/system.slice/docker-${ID}.scope`],
    ['docker, cgroupfs', `/docker/${ID}`],
    ['podman', `/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${ID}.scope/container`],
    ['CRI-O', `/kubepods.slice/kubepods-besteffort.slice/crio-${ID}.scope`],
    ['containerd', `/system.slice/containerd.service/kubepods-burstable:cri-containerd:${ID}`],
    ['kubernetes, cgroupfs', `/kubepods/burstable/pod8c7b0a6e-1f7c-4a35-9f0b-2a3c7b1d9e10/${ID}`],
    ['inside of one', `/docker/${ID}/system.slice/cron.service`],
  ])('finds the container: %s', (_, path) => {
    expect(of(path)).toMatchObject({ cgroup: path, container: ID });
  });

  it('names the containers that have no id', () => {
    expect(of('/lxc.payload.web/init.scope')?.container).toBe('web');
    expect(of('/lxc/web')?.container).toBe('web');
    expect(of('/lxc.monitor.web')?.container).toBeUndefined();
    expect(of('/machine.slice/machine-my\\x2dbox.scope/payload')?.container).toBe('my-box');
    expect(of('/machine.slice/systemd-nspawn@box.service/payload')?.container).toBe('box');
  });

  it('finds the innermost unit, and no unit in a container scope', () => {
    expect(of('/system.slice/nginx.service')?.unit).toBe('nginx.service');
    expect(of('/user.slice/user-1000.slice/user@1000.service/app.slice/app.service')?.unit).toBe('app.service');
    expect(of(`/system.slice/docker-${ID}.scope`)?.unit).toBeUndefined();
    expect(of('/user.slice/user-0.slice/session-3.scope')?.unit).toBe('session-3.scope');
    expect(of('/')).toEqual({ cgroup: '/' });
  });

  it('finds the pod in both spellings', () => {
    const pod = '8c7b0a6e-1f7c-4a35-9f0b-2a3c7b1d9e10';
    expect(of(`/kubepods/pod${pod}/${ID}`)?.pod).toBe(pod);
    expect(of(`/kubepods.slice/kubepods-pod${pod.replaceAll('-', '_')}.slice/crio-${ID}.scope`)?.pod).toBe(pod);
  });

  it("prefers systemd's own hierarchy of version 1, else the longest path", () => {
    const v1 = `4:memory:/docker/${ID}\n1:name=systemd:/system.slice/a.service\n0::/\n`;
    expect(parseCgroup(v1)?.cgroup).toBe('/system.slice/a.service');
    expect(parseCgroup(`4:memory:/docker/${ID}\n2:cpu:/docker\n1:name=systemd:/\n0::/\n`)?.cgroup).toBe(
      `/docker/${ID}`,
    );
    expect(parseCgroup('')).toBeNull();
  });
});

describe('passwd', () => {
  it('takes the first name of a uid and skips what is no entry', () => {
    const users = parsePasswd('root:x:0:0::/:\ntoor:x:0:0::/:\n+::::::\nbad\nmax mustermann:x:1000:1::/:\n');
    expect([...users]).toEqual([
      [0, 'root'],
      [1000, 'max mustermann'],
    ]);
  });
});

describe('hidepid', () => {
  it('reads the option of the mount that is on top, by number and by name', () => {
    const line = (options: string) => `22 27 0:21 / /proc rw,relatime - proc proc ${options}\n`;
    expect(parseHidepid(line('rw'), '/proc')).toBe(0);
    expect(parseHidepid(line('rw,hidepid=2'), '/proc')).toBe(2);
    expect(parseHidepid(line('rw,hidepid=invisible,gid=4'), '/proc')).toBe(2);
    expect(parseHidepid(line('rw,hidepid=noaccess'), '/proc')).toBe(1);
    expect(parseHidepid(line('rw,hidepid=ptraceable'), '/proc')).toBe(4);
    expect(parseHidepid(line('rw,hidepid=2') + line('rw'), '/proc')).toBe(0);
    expect(parseHidepid(line('rw,hidepid=2'), '/host/proc')).toBe(0);
  });
});
