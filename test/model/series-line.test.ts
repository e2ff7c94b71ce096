import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventItem } from '../../src/model/series.ts';
import { SeriesLineReader, seriesLine } from '../../src/model/series-line.ts';

const pid = fc.integer({ min: 1, max: 4_194_304 });
const worker = fc.record(
  {
    pid,
    startTime: fc.constant('2026-01-02T03:04:05.000Z'),
    parent: pid,
    command: fc.string(),
    status: fc.constantFrom('status 1', 'SIGKILL', 'unknown'),
    lived: fc.double({ min: 0, max: 1e6, noNaN: true }).map((seconds) => (Object.is(seconds, -0) ? 0 : seconds)),
    descriptors: fc.nat(),
    pids: fc.array(pid),
    ports: fc.array(fc.string()),
    least: fc.nat(),
    most: fc.nat(),
  },
  { requiredKeys: ['pid'] },
);
const event = fc.record({
  kind: fc.constant('event' as const),
  what: fc.constantFrom('worker-started', 'worker-ended', 'workers-left', 'workers-unseen'),
  seconds: fc.nat(),
  worker,
});

describe('an event about workers in a series', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(event, (item) => {
        const line: Record<string, unknown> = JSON.parse(seriesLine(item as EventItem));
        expect(new SeriesLineReader().read(line)).toEqual(item);
      }),
    );
  });

  it('is refused where it says nothing of whom', () => {
    const reader = new SeriesLineReader();
    for (const mark of [{}, { pid: -1 }, { pid: 'x' }, { pid: 1, pids: 2 }, { pid: 1, ports: [1] }, 7]) {
      expect(() => reader.read({ event: { what: 'worker-ended', seconds: 1, worker: mark } })).toThrow();
    }
  });
});
