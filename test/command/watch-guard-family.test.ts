import { describe, expect, it } from 'vitest';
import { readFill } from '../../src/source/proc/fill/fill.ts';
import { useFactories } from '../support/factory.ts';
import { requireThat } from '../support/require-tool.ts';
import { leaksof } from '../support/run.ts';
import { problems } from '../support/schema.ts';
import { firstSample, type Told, useWatches } from '../support/watching.ts';

const held = useWatches();
const factory = useFactories('pipes.py');
const rings = (kind: 'alert' | 'clear') => (object: Told) => object.kind === kind;
const linux = process.platform === 'linux';

/** A manager whose workers end with a status as soon as they begin, so many times after a file is there. */
function manager(count: number, status: number): readonly string[] {
  const lines = [
    'import os,time',
    `go = "${held.place('go')}"`,
    'while not os.path.exists(go): time.sleep(0.02)',
    `for i in range(${count}):`,
    `  if os.fork() == 0: os._exit(${status})`,
    '  os.wait()',
    'while os.path.exists(go): time.sleep(0.02)',
  ];
  return ['--', '/usr/bin/python3', '-c', lines.join('\n')];
}

describe.runIf(linux)('a budget of exits', () => {
  it('counts workers that no sample sees, and not planned ones', async () => {
    const { opener, place, watch } = held;
    const crashing = watch('--max-exits', '5/1h', '--cooldown', '0', ...manager(8, 3));
    const planned = watch('--max-exits', '5/1h', '--cooldown', '0', ...manager(8, 0));
    await Promise.all([crashing, planned].map((watching) => watching.until(firstSample)));
    await opener.tell(`open 1 ${place('go')}`);
    const alert = await crashing.until(rings('alert'));
    expect(alert).toMatchObject({
      budget: 'max-exits',
      measure: 'exits',
      severity: 'critical',
      limit: 5,
      per: 3600,
      value: 6,
    });
    expect(problems('alert.json', alert)).toBeNull();
    for (const watching of [crashing, planned]) await watching.end('SIGTERM');
    const [report, calm] = [crashing, planned].map(({ told }) => told.at(-1));
    expect(problems('watch.json', report)).toBeNull();
    expect(report).toMatchObject({ verdict: 'fail', budgets: [{ kind: 'exits', verdict: 'fail', alerts: 1 }] });
    expect(calm).toMatchObject({ budgets: [{ kind: 'exits', value: 0, alerts: 0 }] });
  });

  it('is over when they have left the window', async () => {
    const { opener, place, watch } = held;
    const watching = watch('--max-exits', '5/1s', '--cooldown', '0', ...manager(8, 3));
    await watching.until(firstSample);
    await opener.tell(`open 1 ${place('go')}`);
    const alert = await watching.until(rings('alert'));
    const clear = await watching.until(rings('clear'));
    expect(clear).toMatchObject({ id: alert.id, reason: 'within' });
    // Clearly within: by a tenth of the limit. They leave the window one after the other, as they came.
    expect(Number(clear.value)).toBeLessThanOrEqual(4);
    await watching.end('SIGTERM');
  });

  it('wants somebody whose workers end', async () => {
    const { status, stderr } = await leaksof(['watch', '--max-exits', '10/90s']);
    expect([status, stderr]).toEqual([2, expect.stringMatching(/wants a PROCESS/)]);
  });
});

const able = linux && requireThat(readFill([]).method !== null, 'pipes cannot be asked for their fill here');

describe.runIf(able)('a budget of pipes', () => {
  it.each([
    ['slots', 1, { full: true, queued: 65_185, capacity: 65_536 }],
    ['high', 1, { full: false }],
  ] as const)('rings for one that is %s', async (kind, status, evidence) => {
    const { pid, said } = await factory(kind);
    const watching = held.watch(String(pid), '--max-pipe', '80%');
    const alert = await watching.until(rings('alert'));
    expect(alert).toMatchObject({ budget: 'max-pipe', measure: 'pipe', evidence: { inode: said.node, ...evidence } });
    expect(problems('alert.json', alert)).toBeNull();
    expect(await watching.end()).toBe(status);
  });

  it('is silent for one that has room', async () => {
    const { pid, said } = await factory('large');
    const watching = held.watch(String(pid), '--max-pipe', '90%');
    await watching.until(firstSample);
    await watching.end();
    const { queued, capacity } = said as { queued: number; capacity: number };
    expect(watching.told.at(-1)).toMatchObject({ budgets: [{ kind: 'pipe', alerts: 0, value: queued / capacity }] });
  });

  it('is for this machine only', async () => {
    expect((await leaksof(['watch', '--max-pipe', '90%', '--proc', '/tmp'])).status).toBe(2);
  });
});
