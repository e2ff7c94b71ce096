import { tryKernelText } from '../kernel/kernel-file.ts';
import { namespaceOf } from '../kernel/namespaces.ts';

/** A network namespace by one of the processes in it. */
export interface NetworkNamespaceFact {
  /** inode, decimal. */
  readonly id: string;
  /** Folder of a process in it. */
  readonly folder: string;
}

/** The network namespaces of these processes, that of this program first. Processes whose link is refused are left out. */
export function networkNamespaces(root: string, pids: Iterable<number>): NetworkNamespaceFact[] {
  const own = namespaceOf(`${root}/self`, 'net');
  const found = new Map<string, string>();
  if (own !== null) found.set(own, `${root}/self`);
  for (const pid of pids) {
    const id = namespaceOf(`${root}/${pid}`, 'net');
    if (id !== null && !found.has(id)) found.set(id, `${root}/${pid}`);
  }
  return [...found].map(([id, folder]) => ({ id, folder }));
}

/**
 * Whether a namespace has the address: `net/fib_trie` lists its IPv4 addresses as host LOCAL, `net/if_inet6` those of IPv6.
 * Every one has those of the loopback network; the unspecified address, which servers print, leads there too.
 */
export function ownsAddress({ folder }: NetworkNamespaceFact, address: string): boolean {
  if (address.includes(':')) {
    const wanted = canonicalIpv6(address.replace(/%.*$/, ''));
    if (wanted === '[::]') return true;
    const text = tryKernelText(`${folder}/net/if_inet6`) ?? '';
    return text
      .split('\n')
      .filter((line) => line.length > 32)
      .some((line) => canonicalIpv6(line.slice(0, 32).replace(/(.{4})(?=.)/g, '$1:')) === wanted);
  }
  if (address.startsWith('127.') || address === '0.0.0.0') return true;
  const trie = (tryKernelText(`${folder}/net/fib_trie`) ?? '').split('\n');
  return trie.some((line, i) => line.trim() === `|-- ${address}` && /\/32 host LOCAL/.test(trie[i + 1] ?? ''));
}

/** An IPv6 address in the one form that URLs give it. */
function canonicalIpv6(address: string): string {
  return new URL(`http://[${address}]`).hostname;
}
