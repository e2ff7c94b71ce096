import { describe, expect, it } from 'vitest';
import { WatchFold } from '../../src/analysis/watch/fold.ts';
import { type GuardSurroundings, WatchGuard } from '../../src/command/watch/watch-guard.ts';
import { ExitWatch } from '../../src/measure/churn/exit-watch.ts';
import type { Clock } from '../../src/measure/clock.ts';
import { problems } from '../support/schema.ts';

/** A clock that is set by hand. */
function handClock(): Clock & { at: number } {
  const clock = {
    at: 0,
    now: () => ({ seconds: clock.at, uptime: clock.at, wall: clock.at * 1000 }),
    wait: async () => {},
  };
  return clock;
}

async function guarding(every: number) {
  const said: string[] = [];
  const clock = handClock();
  const around: GuardSurroundings = {
    every,
    root: '/proc',
    everybody: true,
    again: 'sudo leaksof watch',
    exits: new ExitWatch('/proc', []),
    origin: { host: 'box', watched: 'every process' },
    env: {},
    clock,
    talk: { line: (_, text) => said.push(text) },
  };
  const times = { sustained: 0, cooldown: 0 };
  const health = { host: '127.0.0.1', port: 0 };
  const guard = await WatchGuard.start({ budgets: [], times, hook: [], hookTimeout: 1, health }, around);
  const url = /http:\S+/.exec(said.join())?.[0] ?? '';
  const ask = async (): Promise<[number, string]> => {
    const response = await fetch(url);
    const body = (await response.json()) as { status: string };
    expect(problems('health.json', body)).toBeNull();
    return [response.status, body.status];
  };
  return { guard, clock, ask };
}

describe('the health of a watch', () => {
  it.each([
    [1, 30],
    [60, 300],
  ])('with a sample every %i s is lost after %i s without one', async (every, seconds) => {
    const { guard, clock, ask } = await guarding(every);
    try {
      expect(await ask()).toEqual([503, 'starting']);
      await guard.sampled(new WatchFold({ warmUp: null }));
      expect(await ask()).toEqual([200, 'ok']);
      clock.at = seconds;
      expect(await ask()).toEqual([200, 'ok']);
      clock.at = seconds + 1;
      expect(await ask()).toEqual([503, 'stalled']);
      await guard.sampled(new WatchFold({ warmUp: null }));
      expect(await ask()).toEqual([200, 'ok']);
    } finally {
      await guard.end();
    }
  });
});
