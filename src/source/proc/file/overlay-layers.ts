import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type FilePlace, PlaceTable } from './file-place.ts';
import { octalDecoded } from './mounts.ts';

/** A folder that is a layer of an overlay: what lies in it is opened through the overlay, under another device. */
export interface OverlayLayer {
  /** As it was given to mount(2). */
  readonly name: string;
  /** Where that may be; none where it was given by a relative name that leads nowhere from here. */
  readonly places: readonly FilePlace[];
}

interface Overlay {
  readonly point: string;
  readonly layers: readonly string[];
}

/**
 * Layers of all overlays, from the mountinfo texts (proc_pid_mountinfo(5)) of the mount namespaces that there are. Their names are
 * those that were given to mount(2): through links, or relative to a folder that the text does not tell, as Docker and containerd give
 * them where they are many. Such a name is looked for in the folders above the mount point and above its other layers; an overlay that
 * one namespace explains needs no explanation in the others, where its names may lead nowhere.
 */
export class OverlayLayers {
  readonly #own: PlaceTable;
  /** By the device of the overlay and the name. */
  readonly #layers = new Map<string, { readonly name: string; readonly places: Map<string, FilePlace> }>();

  /** @param own mountinfo text of the namespace that we are in */
  constructor(own: string) {
    this.#own = new PlaceTable(own);
  }

  add(mountinfo: string): void {
    const table = new PlaceTable(mountinfo);
    for (const [device, { point, layers }] of overlaysOf(mountinfo)) {
      const bases = [point, ...layers.filter((name) => name.startsWith('/'))].flatMap(foldersAbove);
      for (const name of layers) {
        const key = `${device} ${name}`;
        const layer = this.#layers.get(key) ?? { name, places: new Map<string, FilePlace>() };
        this.#layers.set(key, layer);
        for (const place of this.#placesOf(name, new Set(bases), table))
          layer.places.set(`${place.device} ${place.path}`, place);
      }
    }
  }

  found(): OverlayLayer[] {
    return [...this.#layers.values()].map(({ name, places }) => ({ name, places: [...places.values()] }));
  }

  #placesOf(name: string, bases: ReadonlySet<string>, table: PlaceTable): FilePlace[] {
    if (!name.startsWith('/')) {
      return [...bases].flatMap((folder) => {
        const path = realPath(join(folder, name));
        return path === null ? [] : [this.#own.placeOf(path)].filter((place) => place !== null);
      });
    }
    const here = this.#own.placeOf(realPath(name) ?? name);
    return [table.placeOf(name), here].filter((place) => place !== null);
  }
}

function* overlaysOf(mountinfo: string): Generator<[string, Overlay]> {
  for (const line of mountinfo.split('\n')) {
    if (!line.includes(' - overlay ')) continue;
    const [, , device = '', , point = ''] = line.split(' ', 5);
    const options = octalDecoded(line.slice(line.lastIndexOf(' ') + 1));
    yield [device, { point: octalDecoded(point), layers: layersIn(options) }];
  }
}

/** Commas and colons in a name have a backslash before them (kernel.org/doc/html/latest/filesystems/overlayfs.html). */
function layersIn(options: string): string[] {
  return options.split(/(?<!\\),/).flatMap((option) => {
    const [name, value = ''] = option.split(/=(.*)/s);
    const many = name === 'lowerdir';
    if (!many && !/^(?:lowerdir\+|datadir\+|upperdir|workdir)$/.test(name ?? '')) return [];
    const names = many ? value.split(/(?<!\\):/) : [value];
    return names.filter((one) => one !== '').map((one) => one.replace(/\\(.)/gs, '$1'));
  });
}

function foldersAbove(point: string): string[] {
  const folders: string[] = [];
  for (let at = dirname(point); ; at = dirname(at)) {
    folders.push(at);
    if (at === '/' || at === '.') return folders;
  }
}

function realPath(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}
