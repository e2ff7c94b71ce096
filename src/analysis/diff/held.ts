import type { DescriptorClass } from '../../model/descriptor-class.ts';
import type { OpenFile } from '../../model/open-file.ts';

/**
 * What kind of identity a descriptor has: a file is known by path and inode, a socket or pipe by its inode alone, a kernel
 * object (eventfd, epoll ...) by nothing. Coarser than the class, which listers without a TYPE cannot tell.
 */
type HeldKind = 'file' | 'socket' | 'pipe' | `kernel ${string}`;

/** Descriptors of one process that are alike in everything that tells two open files apart. */
export interface Held {
  readonly kind: HeldKind;
  /** Path of a file, both addresses of an internet socket, the word for a kernel object. */
  readonly path: string | null;
  readonly node: string | null;
  readonly device: string | null;
  readonly name: string | null;
  readonly type: string | null;
  readonly class: DescriptorClass;
  count: number;
  /** null = not known. */
  deleted: boolean | null;
  /** State of an internet socket. */
  state: string | null;
  /** The first few descriptor numbers: they confirm what something else says, and never say it alone. */
  readonly numbers: number[];
}

/** Descriptor numbers kept of each. */
const NUMBERS = 8;

const SOCKETS: ReadonlySet<DescriptorClass> = new Set(['inet', 'unix', 'netlink']);
const FILES: ReadonlySet<DescriptorClass> = new Set(['regular', 'directory', 'char', 'block', 'memfd']);
const ON_DEVICE: ReadonlySet<DescriptorClass> = new Set(['regular', 'directory']);
const SOCKET_TYPE = /^(?:sock|socket|inet6?|raw6?|local)$/i;
/** `socket:[123]` and `pipe:[123]`, as the links of /proc/PID/fd read. */
const LINK_NODE = /^(?:socket|pipe):\[(\d+)\]$/;

/** Key of the group a row belongs to, with the group's first row in it. */
export function heldOf(file: OpenFile): Held {
  const kind = kindOf(file);
  return {
    kind,
    path: pathOf(file, kind),
    node: nodeOf(file, kind),
    // Of a special file some listers print the device it is, others the one it lies on.
    device: ON_DEVICE.has(file.class) ? file.device : null,
    name: file.target ?? file.name,
    type: file.type,
    class: file.class,
    count: 1,
    deleted: file.deleted,
    state: file.class === 'inet' ? file.state : null,
    numbers: file.number === null ? [] : [file.number],
  };
}

export function heldKey({ kind, path, node, device }: Held): string {
  return `${kind}\0${path ?? '\0'}\0${node ?? '\0'}\0${device ?? ''}`;
}

/** Adds a row that is like those before. */
export function addHeld(held: Held, row: Held): void {
  held.count++;
  held.deleted = row.deleted;
  held.state = row.state;
  if (held.numbers.length < NUMBERS) held.numbers.push(...row.numbers);
}

function kindOf(file: OpenFile): HeldKind {
  const { target } = file;
  if (SOCKETS.has(file.class) || SOCKET_TYPE.test(file.type ?? '') || target?.startsWith('socket:[')) return 'socket';
  if (file.class === 'pipe' || target?.startsWith('pipe:[')) return target?.startsWith('/') ? 'file' : 'pipe';
  if (FILES.has(file.class) || target?.startsWith('/')) return 'file';
  if (file.class !== 'other' && file.class !== 'unreadable') return `kernel ${file.class}`;
  return `kernel ${/[A-Za-z][\w-]*/.exec((target ?? '').replace(/^anon_inode:/, ''))?.[0] ?? ''}`;
}

function pathOf({ target, local, remote }: OpenFile, kind: HeldKind): string | null {
  if (kind === 'file') return target?.replace(/^\/(?=memfd:)/, '') ?? null;
  if (kind !== 'socket') return null;
  if (local !== null) return remote === null ? local : `${local}->${remote}`;
  return target?.startsWith('/') || target?.startsWith('@') ? target : null;
}

/** lsof prints the inode of an internet socket in DEVICE, that of any other socket or pipe in NODE. */
function nodeOf({ target, node, device }: OpenFile, kind: HeldKind): string | null {
  if (kind.startsWith('kernel')) return null;
  const linked = LINK_NODE.exec(target ?? '')?.[1];
  if (linked !== undefined) return linked;
  if (node !== null && /^\d+$/.test(node)) return node;
  return kind === 'socket' && device !== null && /^(?:\d+|0x[\da-f]+)$/i.test(device) ? device : null;
}
