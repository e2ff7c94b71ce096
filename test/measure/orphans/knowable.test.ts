import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Service } from '../../../src/analysis/orphans/observation.ts';
import { type Circumstances, whyUnknowable } from '../../../src/measure/orphans/knowable.ts';
import { fileSystemOf, type Statfs } from '../../../src/source/disk/file-system.ts';
import type { HolderScan } from '../../../src/source/proc/file/file-holders.ts';

const ROOT_CAPABILITIES = '000001ffffffffff';
/** The constant of the initial pid namespace (include/linux/proc_ns.h). */
const INITIAL = 4026531836;
/** f_type from include/uapi/linux/magic.h. */
const EXT4 = 0xef53;

let proc = '';

beforeEach(() => {
  proc = mkdtempSync(join(tmpdir(), 'proc-'));
  own(ROOT_CAPABILITIES, INITIAL);
});

afterEach(() => rmSync(proc, { recursive: true, force: true }));

/** What the tree says of us. */
function own(
  capabilities: string,
  namespace: number,
  mounts: readonly string[] = ['25 1 8:1 / / rw - ext4 /dev/sda1 rw'],
): void {
  rmSync(join(proc, 'self'), { recursive: true, force: true });
  mkdirSync(join(proc, 'self/ns'), { recursive: true });
  writeFileSync(join(proc, 'self/status'), `Name:\tnode\nCapEff:\t${capabilities}\n`);
  writeFileSync(join(proc, 'self/mountinfo'), mounts.join('\n'));
  symlinkSync(`pid:[${namespace}]`, join(proc, 'self/ns/pid'));
}

/** A layer on the first disk, or another. */
const at = (path: string, device = '8:1') => ({ name: path, places: [{ device, path }] });

const statfs =
  (type: number): Statfs =>
  () => ({ type, bsize: 4096, blocks: 1000, bfree: 500, bavail: 400 });
const disk = (type: number) => fileSystemOf(Buffer.from('/'), statfs(type));
const scan = (more: Partial<HolderScan> = {}): HolderScan => ({
  holders: new Map(),
  processes: 9,
  unreadable: [],
  layers: [],
  ...more,
});

function reasons(more: Partial<Circumstances> = {}): string[] {
  const folders = [{ path: '/srv/spool', disk: disk(EXT4) }];
  return whyUnknowable({ proc, folders, scans: [scan(), scan()], service: null, ...more });
}

const service: Service = {
  name: 'app',
  timeout: null,
  processes: [{ pid: 10, command: 'app', started: 0, manager: false, heartbeat: null, serial: false }],
};

describe('whyUnknowable', () => {
  it('has nothing against a local file system, seen by root', () => {
    expect(reasons()).toEqual([]);
  });

  it.each([
    ['nfs', 0x6969],
    ['cifs', 0xff534d42],
    ['9p', 0x01021997],
    ['fuse', 0x65735546],
    ['vfat', 0x4d44],
    ['0x12345678', 0x12345678],
    ['overlay', 0x794c7630],
  ])('takes no %s', (name, type) => {
    const [reason, ...more] = reasons({ folders: [{ path: '/mnt', disk: disk(type) }] });
    expect(more).toEqual([]);
    expect(reason).toContain(name);
  });

  it.each([0x58465342, 0x9123683e, 0x01021994, 0x2fc12fc1])('takes the local type %s', (type) => {
    expect(reasons({ folders: [{ path: '/mnt', disk: disk(type) }] })).toEqual([]);
    // As a 32-bit system has it.
    expect(disk(type | 0).local).toBe(true);
  });

  it.each(['/srv/spool/layer', '/srv/spool', '/srv'])('takes no layer of an overlay (%s)', (layer) => {
    expect(reasons({ scans: [scan(), scan({ layers: [at(layer)] })] })).toEqual([expect.stringContaining('container')]);
  });

  it('takes a neighbour of a layer', () => {
    expect(reasons({ scans: [scan({ layers: [at('/srv/spool-2'), at('/var/lib/docker')] })] })).toEqual([]);
    expect(reasons({ scans: [scan({ layers: [at('/srv/spool', '8:2')] })] })).toEqual([]);
  });

  it('takes no layer by another name of its own, nor one that may be anywhere', () => {
    own(ROOT_CAPABILITIES, INITIAL, [
      '25 1 8:1 / / rw - ext4 /dev/sda1 rw',
      '26 25 8:1 /data/up /srv/spool rw - ext4 /dev/sda1 rw',
    ]);
    expect(reasons({ scans: [scan({ layers: [at('/data')] })] })).toEqual([expect.stringContaining('is part of')]);
    const lost = { name: 'l/LOST', places: [] };
    expect(reasons({ scans: [scan({ layers: [lost] })] })).toEqual([expect.stringContaining('may be part of')]);
  });

  it('wants the right to look', () => {
    // Everything but CAP_SYS_PTRACE, bit 19 (capabilities(7)).
    own('000001fffff7ffff', INITIAL);
    expect(reasons()).toEqual([expect.stringContaining('CAP_SYS_PTRACE')]);
    own('0000000000080000', INITIAL);
    expect(reasons()).toEqual([]);
  });

  it('wants the initial pid namespace', () => {
    own(ROOT_CAPABILITIES, 4026532200);
    expect(reasons()).toEqual([expect.stringContaining('container')]);
  });

  it('wants every process that may hold a file to be readable', () => {
    const unreadable = [{ pid: 1, what: 'descriptors' }];
    expect(reasons({ scans: [scan(), scan({ unreadable })] })).toEqual([
      expect.stringContaining('process 1 could not'),
    ]);
    // Of a service only its own.
    expect(reasons({ scans: [scan({ unreadable })], service })).toEqual([]);
    const own = [{ pid: 10, what: 'mappings' }];
    expect(reasons({ scans: [scan({ unreadable: own })], service })).toEqual([
      expect.stringContaining('process 10 could not'),
    ]);
  });
});
