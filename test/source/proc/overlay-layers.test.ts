import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { overlap, PlaceTable } from '../../../src/source/proc/file/file-place.ts';
import { OverlayLayers } from '../../../src/source/proc/file/overlay-layers.ts';

const ROOT = '25 1 8:1 / / rw - ext4 /dev/sda1 rw';
const overlay = (point: string, options: string, device = '0:33') =>
  `36 25 ${device} / ${point} rw,relatime - overlay overlay rw,${options}`;

describe('PlaceTable', () => {
  const table = new PlaceTable(
    [
      ROOT,
      '26 25 8:2 /sub /mnt/a\\040b rw - ext4 /dev/sdb1 rw',
      '27 25 8:1 /srv/x /mnt/bind rw - ext4 /dev/sda1 rw',
    ].join('\n'),
  );

  it.each([
    ['/', '8:1', '/'],
    ['/srv/x/y', '8:1', '/srv/x/y'],
    ['/mnt/a b', '8:2', '/sub'],
    ['/mnt/a b/c', '8:2', '/sub/c'],
    ['/mnt/bind', '8:1', '/srv/x'],
    ['/mnt/bind/y', '8:1', '/srv/x/y'],
    ['/mnt/bind-not', '8:1', '/mnt/bind-not'],
  ])('places %s', (path, device, within) => {
    expect(table.placeOf(path)).toEqual({ device, path: within });
  });

  it('knows one place by two names', () => {
    const [one, other] = [table.placeOf('/mnt/bind/y'), table.placeOf('/srv')];
    expect(one && other && overlap(one, other)).toBe(true);
    expect(new PlaceTable('').placeOf('/srv')).toBeNull();
  });
});

describe('OverlayLayers', () => {
  let folder = '';
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'layers-')));
    for (const name of ['l/ONE', 'up/diff', 'merged']) mkdirSync(join(folder, name), { recursive: true });
    symlinkSync(join(folder, 'up'), join(folder, 'link'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const found = (...mounts: string[]) => {
    const layers = new OverlayLayers(ROOT);
    for (const mountinfo of mounts) layers.add(mountinfo);
    return new Map(layers.found().map(({ name, places }) => [name, places.map(({ path }) => path)]));
  };

  it('reads the layers of a mountinfo, blanks and all', () => {
    const options = 'lowerdir=/a:/b\\040c::/d\\134:e,upperdir=/up/diff,workdir=/up/work,xino=off';
    const layers = found(`${ROOT}\n${overlay('/merged', options)}\n37 35 8:1 / / rw - ext4 /dev/sda1 rw,upperdir=/no`);
    expect([...layers.keys()]).toEqual(['/a', '/b c', '/d:e', '/up/diff', '/up/work']);
    expect([...found(overlay('/m', 'lowerdir+=/a,lowerdir+=/b:c,datadir+=/d')).keys()]).toEqual(['/a', '/b:c', '/d']);
  });

  it('finds relative names above the mount point, or above other layers', () => {
    expect(found(`${ROOT}\n${overlay(`${folder}/merged`, 'lowerdir=l/ONE')}`)).toEqual(
      new Map([['l/ONE', [join(folder, 'l/ONE')]]]),
    );
    const elsewhere = `${ROOT}\n${overlay('/run/elsewhere', `lowerdir=l/ONE,upperdir=${folder}/up/diff`)}`;
    expect(found(elsewhere).get('l/ONE')).toEqual([join(folder, 'l/ONE')]);
  });

  it('says of a name that leads nowhere that nobody knows where', () => {
    expect(found(`${ROOT}\n${overlay(`${folder}/merged`, 'lowerdir=l/NONE')}`)).toEqual(new Map([['l/NONE', []]]));
  });

  it('needs no explanation in each namespace', () => {
    const inside = overlay('/', 'lowerdir=l/ONE');
    expect(found(`${ROOT}\n${overlay(`${folder}/merged`, 'lowerdir=l/ONE')}`, inside).get('l/ONE')).toHaveLength(1);
    expect(found(inside).get('l/ONE')).toEqual([]);
  });

  it('follows links', () => {
    const places = found(`${ROOT}\n${overlay('/m', `upperdir=${folder}/link/diff`)}`).get(`${folder}/link/diff`);
    expect(places).toContain(join(folder, 'up/diff'));
  });
});
