import { describe, expect, it } from 'vitest';
import { canBecomeNobody, canUnshare, readInShell } from '../support/as-user.ts';
import { requireThat } from '../support/require-tool.ts';

const LOOK = { names: 'some', detail: 'name' } as const;
/** A user who has no other process: other tests run things as nobody. */
const LONELY = 54_321;
const AS_LONELY = `setpriv --reuid ${LONELY} --regid ${LONELY} --clear-groups $READ`;

/** A shell line that reads a proc mount of its own with such options. */
const mounted = (option: string, read: string) =>
  `exec unshare -m sh -c "mount -t proc -o ${option} proc $DIR && ${read}"`;

describe.runIf(process.platform === 'linux')('what a live reading cannot see', () => {
  it('says that a container hides the rest of the machine', ({ skip }) => {
    if (!requireThat(canUnshare(), 'cannot make namespaces')) skip();
    const { result } = readInShell('exec unshare -p -f --mount-proc $READ', LOOK);
    expect(result.coverage.processes?.seen).toBeLessThan(4);
    expect(result.coverage.hidden?.join()).toMatch(/container \(own pid namespace\)/);
  });

  it('says that hidepid hides other users, and not to root', ({ skip }) => {
    if (!requireThat(canUnshare() && canBecomeNobody(), 'cannot make namespaces')) skip();
    const asked = { ...LOOK, root: '$DIR' };
    const invisible = readInShell(mounted('hidepid=2', AS_LONELY), asked);
    expect(invisible.result.coverage.processes).toMatchObject({ seen: 1, counted: 1 });
    expect(invisible.result.coverage.hidden?.join()).toMatch(/hidepid=2: other users' processes are not seen at all/);

    const closed = readInShell(mounted('hidepid=1', AS_LONELY), asked);
    const { seen = 0, counted, refused = 0, vanished = 0 } = closed.result.coverage.processes ?? {};
    expect(seen).toBeGreaterThan(2);
    expect(counted).toBe(1);
    expect(refused + vanished).toBe(seen - 1);
    expect(closed.result.coverage.hidden?.join()).toMatch(/hidepid=1.*processes could not be counted/);

    const root = readInShell(mounted('hidepid=2', '$READ'), asked);
    expect(root.result.coverage.hidden).toEqual([]);
    expect(root.result.coverage.processes?.seen).toBeGreaterThan(2);
  });
});
