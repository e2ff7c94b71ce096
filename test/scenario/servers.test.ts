import { describe, expect, it } from 'vitest';
import { check } from '../support/matrix/check.ts';
import { HEALTHY } from '../support/matrix/healthy.ts';
import { LEAKING } from '../support/matrix/leaking.ts';
import type { MatrixServer } from '../support/matrix/matrix-server.ts';

/** Leaks of each class, and servers that are built in each way that needs nothing beside Python. */
const KINDS = LEAKING.filter(({ name }) => /^\w+ [12]$/.test(name));
const BUILT = [
  'four workers',
  'threads waiting in accept',
  'grandchild',
  'answers 404',
  'POST only',
  'recycled every 40',
];
const SOUND = ['cache of 50', '8 opened lazily', 'last request of each thread kept', 'recycled every 300 with pools'];

function named(servers: readonly MatrixServer[], names: readonly string[]): [string, MatrixServer][] {
  return names.map((name) => {
    const server = servers.find((one) => one.name === name);
    if (server === undefined) throw new Error(`no server is called ${name}`);
    return [name, server];
  });
}

// What a probe is judged by must itself be true: its own account, and /proc.
describe('the servers that a probe is tried on', () => {
  it.each([
    ...KINDS.map((server): [string, MatrixServer] => [server.name, server]),
    ...named(LEAKING, BUILT),
    ...named(HEALTHY, SOUND),
  ])('lose what they are said to lose: %s', async (_, server) => {
    const { right, rate, promised, differ } = await check(server, 60);
    expect({ right, rate }).toEqual({ right: true, rate });
    expect(promised).not.toBeNull();
    expect(differ).toEqual([]);
  });
});
