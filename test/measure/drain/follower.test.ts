import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { DrainItem } from '../../../src/analysis/drain/observation.ts';
import { Follower } from '../../../src/measure/drain/follower.ts';
import { DrainObserver } from '../../../src/measure/drain/observer.ts';
import { Roster } from '../../../src/measure/drain/roster.ts';
import { useServices } from '../../support/draining.ts';
import { useFactories } from '../../support/factory.ts';

const start = useServices();
const factory = useFactories();
let observers: DrainObserver[] = [];

afterEach(async () => {
  await Promise.all(observers.map((observer) => observer.close()));
  observers = [];
});

function observing(roster: Roster, now = () => 0): DrainObserver {
  const observer = new DrainObserver('/proc', roster, now);
  observers.push(observer);
  return observer;
}

describe.runIf(process.platform === 'linux')('following', () => {
  it('waits by its clock, and as long as it was told', async () => {
    const { pid } = await start('accepts');
    let time = 0;
    const now = (): number => time;
    const roster = new Roster('/proc', String(pid));
    const items: DrainItem[] = [];
    const follower = new Follower({
      clock: {
        // A machine that is slow now and then.
        async wait(seconds) {
          time += time > 1 ? seconds + 0.5 : seconds;
        },
      },
      now,
      roster,
      observer: observing(roster, now),
      send: () => expect.unreachable(),
      take: (item) => items.push(item),
      exits: null,
      stop: new AbortController().signal,
    });
    await follower.follow({ signal: null, before: 0, grace: 1, kill: false, patience: 3 });
    expect(items.at(-1)).toMatchObject({ kind: 'over', why: 'time' });
    expect(items.at(-1)?.seconds).toBeGreaterThanOrEqual(3);
    const looks = items.filter(({ kind }) => kind === 'look').map(({ seconds }) => seconds);
    expect(looks).toEqual(looks.toSorted((a, b) => a - b));
    expect(looks.length).toBeGreaterThan(10);
  });

  it('does not take a zombie for a process without descriptors', async () => {
    const { pid, said } = await factory('zombie');
    const zombie = Number(said.zombie);
    expect(readFileSync(`/proc/${zombie}/stat`, 'latin1')).toContain(') Z ');
    const roster = new Roster('/proc', String(pid));
    expect(roster.members.map((member) => member.pid)).toEqual([pid]);
    expect(() => new Roster('/proc', String(zombie))).toThrow('no such process is alive');
  });

  it('takes a process whose first thread has ended for a living one', async () => {
    const { pid, opened, skipped } = await factory('leaderless');
    if (skipped !== undefined) return;
    const roster = new Roster('/proc', String(pid));
    const observer = observing(roster);
    const [sight] = await observer.fullLook();
    expect(opened.filter((number) => sight.table?.has(number) !== true)).toEqual([]);
    expect(observer.pulse().ended).toEqual([]);
  });

  it('says how one ended, once', async () => {
    const { pid, child } = await start('outlived');
    const roster = new Roster('/proc', String(pid));
    const observer = observing(roster);
    await observer.fullLook();
    process.kill(child, 'SIGKILL');
    // Its parent sleeps and does not take note of it: it stays a zombie.
    await expect.poll(() => observer.pulse().ended.length).toBe(1);
    const { ended } = observer.pulse();
    const { life } = roster.members.find((member) => member.pid === child) ?? { life: -1 };
    expect(observer.bury(ended)).toEqual([
      { kind: 'end', seconds: 0, life, ending: { by: 'signal', code: null, signal: 9 } },
    ]);
    expect(observer.pulse().ended).toEqual([]);
  });
});
