import { networkNamespaces } from '../../source/proc/network/network-namespaces.ts';
import { socketHolders } from '../../source/proc/network/socket-holders.ts';
import { tcpListeners } from '../../source/proc/network/tcp-endpoints.ts';
import { unixListeners } from '../../source/proc/network/unix-listeners.ts';

/** The sockets that a family listens on, remembered beyond the death of whoever opened them. */
export class KeptPorts {
  readonly #root: string;
  /** `127.0.0.1:8080` or a path, by inode: of sockets that one of the family has been seen to hold. */
  readonly #held = new Map<string, string>();

  constructor(root: string) {
    this.#root = root;
  }

  /** Looks what these processes listen on. */
  look(pids: readonly number[]): void {
    const listeners = this.#listeners(pids);
    const inodes = new Set(listeners.keys());
    for (const [inode] of socketHolders(this.#root, inodes, pids).holders) {
      this.#held.set(inode, listeners.get(inode) ?? inode);
    }
  }

  /** Of what the family listened on, what these processes hold and still listen on, by name; null where none could be looked into. */
  keptBy(pids: readonly number[]): readonly string[] | null {
    const still = this.#listeners(pids);
    const inodes = new Set([...this.#held.keys()].filter((inode) => still.has(inode)));
    const { holders, refused } = socketHolders(this.#root, inodes, pids);
    if (holders.size === 0 && refused > 0) return null;
    return [...new Set([...holders.keys()].map((inode) => this.#held.get(inode) ?? inode))].sort();
  }

  /** Every listening socket in the network namespaces of these processes. */
  #listeners(pids: readonly number[]): Map<string, string> {
    const found = new Map<string, string>();
    const spaces = networkNamespaces(this.#root, pids);
    for (const { folder } of spaces) {
      for (const { local, inode } of tcpListeners(folder)) found.set(inode, local);
      for (const [inode, path] of unixListeners(folder)) found.set(inode, path === '' ? 'a unix socket' : path);
    }
    return found;
  }
}
