import type { WatchFold } from '../../analysis/watch/fold.ts';
import type { Place } from '../../analysis/watch/place.ts';

/** One line of `watch --format ndjson`: everybody at the first sample, later those whose count is another than before. */
export function watchSample(fold: WatchFold): object {
  const { time, seconds, total, alive, growth, trend, changed } = fold;
  return {
    kind: 'sample',
    time,
    seconds,
    alive,
    descriptors: total,
    growth,
    trend: trend.verdict,
    perMinute: trend.perMinute,
    processes: changed.map(changedProcess),
  };
}

function changedProcess({ fact, count, growth, utilisation, headroom }: Place): object {
  return {
    pid: fact.pid,
    startTime: fact.startTime ?? null,
    command: fact.command ?? null,
    descriptors: count,
    growth,
    softLimit: fact.softLimit ?? null,
    utilisation,
    headroom,
  };
}
