import { describe, it } from 'vitest';
import { canStart, expectTruth, PATIENCE, targetOf } from './probe.ts';

/** Each named with what it stands for; `npm run bench:power -- --live` tries all of them. */
const LEAKS = [
  'pair 0.2 by chance',
  'unique 1',
  'four workers, a listener each',
  'under clients 0.1',
  'in another network namespace',
  'behind nginx by unix socket',
  'recycled every 40',
  'a process for each request 0.1',
  'answers 500',
] as const;

const HEALTHY = ['nothing', 'cache of 50', 'closes all every 0.3 s', 'recycled every 300 with pools'] as const;

describe('probe of a server that leaks', () => {
  it.each(LEAKS.map((name) => [name, targetOf(name)] as const))(
    'names it, at its rate: %s',
    // An interval of 95 % misses the truth now and then; that nobody is accused holds each time.
    { timeout: PATIENCE, retry: 2 },
    async (_, target) => {
      if (canStart(target)) await expectTruth(target, '--requests', '1600', '--settle', '1s');
    },
  );
});

describe('probe of a healthy server', () => {
  it.each(HEALTHY.map((name) => [name, targetOf(name)] as const))(
    'accuses nobody: %s',
    { timeout: PATIENCE },
    async (_, target) => {
      if (canStart(target)) await expectTruth(target);
    },
  );
});
