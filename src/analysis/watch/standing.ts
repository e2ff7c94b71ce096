import { byText } from '../rank/rank-order.ts';
import type { WatchFold } from './fold.ts';
import type { Place } from './place.ts';
import { exhaustionOf } from './trend.ts';
import type { OwnCost, WatchedLevel, WatchedProcess, WatchedTarget } from './watch-data.ts';

/** Up to so many processes are told of even if their count did not move. */
const FEW = 100;

/** Whether an answer tells of a place: with many watched, those that never moved are only counted. */
export function shownPlaces(fold: WatchFold): readonly Place[] {
  const all = [...fold.places];
  const shown = all.length <= FEW ? all : all.filter(({ moved }) => moved);
  return shown.sort(byGrowth);
}

/** Most grown first, then by count. Speeds are not compared: that would cost a trend for everybody. */
export function byGrowth(one: Place, other: Place): number {
  return (
    (other.growth ?? Number.NEGATIVE_INFINITY) - (one.growth ?? Number.NEGATIVE_INFINITY) ||
    (other.count ?? -1) - (one.count ?? -1) ||
    one.fact.pid - other.fact.pid
  );
}

export function watchedProcess(place: Place): WatchedProcess {
  const { fact, trend, headroom } = place;
  return {
    pid: fact.pid,
    startTime: fact.startTime ?? null,
    command: fact.command ?? null,
    user: fact.user ?? null,
    first: place.first,
    last: place.count,
    growth: place.growth,
    trend: trend.verdict,
    reason: trend.reason,
    perMinute: trend.perMinute,
    lowest: place.lowest,
    highest: place.highest,
    softLimit: fact.softLimit ?? null,
    utilisation: place.utilisation,
    headroom,
    secondsToExhaustion: Number.isFinite(headroom) ? exhaustionOf(headroom, trend) : null,
    lives: place.lives,
    endedAt: place.endedAt,
  };
}

export function watchedTotal(fold: WatchFold): WatchedLevel {
  const { trend, samples } = fold;
  return {
    first: fold.firstTotal,
    last: samples === 0 ? null : fold.total,
    growth: fold.firstTotal === null ? null : fold.growth,
    trend: trend.verdict,
    reason: trend.reason,
    perMinute: trend.perMinute,
  };
}

/** Groups of targets over all places whose names were read, most grown first. */
export function watchedTargets({ places, groups }: WatchFold): readonly WatchedTarget[] {
  const sums = groups.map(() => ({ before: 0, after: 0, processes: 0 }));
  for (const place of places) {
    for (const [group, { before, after }] of place.groups()) {
      const sum = sums[group];
      if (!sum) continue;
      sum.before += before;
      sum.after += after;
      sum.processes++;
    }
  }
  return groups
    .map(({ type, pattern, name, class: kind }, group): WatchedTarget => {
      const { before, after, processes } = sums[group];
      return {
        pattern: pattern || null,
        name: name || null,
        type: type || null,
        class: kind,
        before,
        after,
        growth: after - before,
        processes,
      };
    })
    .sort(
      (one, other) =>
        other.growth - one.growth || other.after - one.after || byText(one.pattern ?? '', other.pattern ?? ''),
    );
}

/** What a place gained most of, by name; null where its names were not read or nothing grew. */
export function mostGrown(
  place: Place,
  { groups }: WatchFold,
): { readonly growth: number; readonly target: string } | null {
  let best: { growth: number; target: string } | null = null;
  for (const [group, { before, after }] of place.groups()) {
    const growth = after - before;
    const named = groups[group];
    if (growth <= (best?.growth ?? 0) || !named) continue;
    best = { growth, target: `${named.type || named.class} ${named.pattern || named.name}`.trim() };
  }
  return best;
}

export function ownCost({ own, seconds }: WatchFold): OwnCost | null {
  const { first, last, mostDescriptors } = own;
  if (first === null || last === null) return null;
  const cpuSeconds = last.cpuSeconds - first.cpuSeconds;
  return {
    descriptors: { first: first.descriptors, last: last.descriptors, most: mostDescriptors },
    cpuSeconds,
    cpuShare: seconds > 0 ? cpuSeconds / seconds : 0,
    rss: last.rss,
  };
}
