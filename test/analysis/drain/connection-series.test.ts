import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ConnectionSeries } from '../../../src/analysis/drain/connection-series.ts';
import { signalName, signalNumber } from '../../../src/model/signal.ts';

it('keeps every peak in bounded memory', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { minLength: 1, maxLength: 4000 }), (counts) => {
      const series = new ConnectionSeries();
      for (const [seconds, [incoming, outgoing]] of counts.entries())
        series.add({ seconds, in: incoming, out: outgoing });
      expect(series.counts.length).toBeLessThanOrEqual(480);
      expect(Math.max(...series.counts.map((count) => count.in))).toBe(Math.max(...counts.map(([value]) => value)));
      expect(Math.max(...series.counts.map((count) => count.out))).toBe(Math.max(...counts.map(([, value]) => value)));
      const times = series.counts.map(({ seconds }) => seconds);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
    }),
    { numRuns: 50 },
  );
});

it('knows signals by name and number', () => {
  for (const word of ['TERM', 'SIGTERM', 'sigterm', '15']) expect(signalNumber(word)).toBe(15);
  expect([signalNumber('64'), signalNumber('65'), signalNumber('0'), signalNumber('NOSUCH')]).toEqual([
    64,
    null,
    null,
    null,
  ]);
  expect([signalName(9), signalName(40)]).toEqual(['SIGKILL', 'signal 40']);
});
