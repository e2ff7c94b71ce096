import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** State of a listening socket in /proc/net/tcp (enum of include/net/tcp_states.h). */
const LISTEN = '0A';
const TABLES = ['tcp', 'tcp6'] as const;

/** Finds who listens on a TCP port, in the network namespace that `root` shows as its own. */
export class PortHolders {
  readonly #root: string;
  /** Links of listening sockets, `socket:[1234]`, by port; null = to be read. */
  #listening: ReadonlyMap<number, ReadonlySet<string>> | null = null;
  /** Links that were there when it was last asked. */
  #seen: ReadonlySet<string> = new Set();
  readonly #refused = new Set<number>();

  constructor(root: string) {
    this.#root = root;
  }

  /** Processes that could not be searched. */
  get unreadable(): number {
    return this.#refused.size;
  }

  /** What was read is out of date. */
  forget(): void {
    this.#listening = null;
  }

  /** Whether somebody listens on one of these ports who did not when this was asked before. */
  isNew(ports: readonly number[]): boolean {
    const links = this.#linksOf(ports);
    const fresh = [...links].some((link) => !this.#seen.has(link));
    this.#seen = links;
    return fresh;
  }

  /** Whether a process holds a socket that listens on one of these ports. */
  holds(pid: number, ports: readonly number[]): boolean {
    const links = this.#linksOf(ports);
    if (links.size === 0) return false;
    try {
      const folder = `${this.#root}/${pid}/fd`;
      return readdirSync(folder).some((number) => links.has(linkOf(`${folder}/${number}`)));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EACCES' || code === 'EPERM') this.#refused.add(pid);
      return false;
    }
  }

  #linksOf(ports: readonly number[]): ReadonlySet<string> {
    if (ports.length === 0) return new Set();
    this.#listening ??= readListening(this.#root);
    return new Set(ports.flatMap((port) => [...(this.#listening?.get(port) ?? [])]));
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function readListening(root: string): Map<number, Set<string>> {
  const listening = new Map<number, Set<string>>();
  for (const table of TABLES) {
    let text = '';
    try {
      text = readFileSync(`${root}/net/${table}`, 'latin1');
    } catch {
      continue;
    }
    for (const line of text.split('\n').slice(1)) {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
      if (state !== LISTEN) continue;
      const port = Number.parseInt(local.slice(local.indexOf(':') + 1), 16);
      const links = listening.get(port) ?? new Set();
      listening.set(port, links.add(`socket:[${inode}]`));
    }
  }
  return listening;
}
