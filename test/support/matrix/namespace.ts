import { spawnSync } from 'node:child_process';

function ip(...words: string[]): void {
  const { status, stderr } = spawnSync('ip', words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ip ${words.join(' ')}: ${stderr}`);
}

/**
 * Ties the network namespace of a process to ours by a pair of virtual interfaces; needs root.
 *
 * @returns the address that the process has on its side
 */
export function connectNamespace(pid: number): { address: string; remove(): void } {
  const [outer, inner] = [`lk${pid}a`, `lk${pid}b`];
  // One of 16,384 networks of four addresses, out of the block set apart for tests of this kind (RFC 2544).
  const network = (pid % 16_384) * 4;
  const host = (last: number): string => `198.18.${network >> 8}.${(network & 255) + last}`;
  const inside = (...words: string[]): void => {
    const { status, stderr } = spawnSync('nsenter', ['-t', String(pid), '-n', 'ip', ...words], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`ip ${words.join(' ')} inside: ${stderr}`);
  };
  ip('link', 'add', outer, 'type', 'veth', 'peer', 'name', inner, 'netns', String(pid));
  ip('addr', 'add', `${host(1)}/30`, 'dev', outer);
  ip('link', 'set', outer, 'up');
  inside('addr', 'add', `${host(2)}/30`, 'dev', inner);
  inside('link', 'set', inner, 'up');
  inside('link', 'set', 'lo', 'up');
  return { address: host(2), remove: () => spawnSync('ip', ['link', 'del', outer]) };
}
