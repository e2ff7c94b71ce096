import { exhaustionOf } from '../leak-rule/exhaustion.ts';
import { joinGroups } from '../leak-rule/join-groups.ts';
import { judgeMeasurement } from '../leak-rule/leak-rule.ts';
import type { Measurement, TargetGroup } from '../leak-rule/measurement.ts';
import type { JudgedGroup, LeakVerdict } from '../leak-rule/verdict.ts';
import type { ProbeGroup, ProbeProcess, ProbeUrl } from './probe-data.ts';
import { notesOf } from './probe-notes.ts';
import type { UrlRun } from './probe-run.ts';

/** Descriptors per request: a probe that could not have seen half a descriptor lost with each request says nothing. */
const LEAST_POWER = 0.5;
const NONE = { estimate: 0, low: 0, high: 0 };

/** One URL judged by the leak rule. */
export function urlVerdict(run: UrlRun): ProbeUrl {
  if (run.measurement === null) return unmeasured(run);
  const { measurement, place } = joinGroups(run.measurement);
  const judged = judgeMeasurement(measurement);
  const bytes = deletedBytes(run, measurement, place);
  const url: ProbeUrl = {
    url: run.url,
    method: run.method,
    keepAlive: run.keepAlive,
    verdict: verdictOf(run, judged),
    requests: judged.requests,
    answers: run.answers,
    perRequest: judged.perRequest,
    detectable: Number.isFinite(judged.detectable) ? judged.detectable : null,
    bounds: judged.bounds,
    course: courseOf(measurement),
    groups: judged.groups.filter(moved).map((group) => probeGroup(group, bytes)),
    processes: processesOf(run, measurement, judged),
    stopped: run.stopped,
    recycledEvery: judged.recycledEvery,
    notes: [],
  };
  return { ...url, notes: notesOf(url, run, judged.masked) };
}

/** What was seen to leak does, whatever else could not be seen; clean is said only where a leak would have shown. */
function verdictOf({ inconclusive, stopped }: UrlRun, { verdict, detectable }: LeakVerdict): ProbeUrl['verdict'] {
  if (verdict !== 'clean') return verdict;
  const broke = stopped === 'failing' || stopped === 'gone';
  return inconclusive !== null || broke || detectable > LEAST_POWER ? 'inconclusive' : 'clean';
}

/** A group that was there before and did nothing is no news. */
function moved({ verdict, before, after, opened }: JudgedGroup): boolean {
  return verdict !== 'noise' || before !== after || (opened ?? 0) > 0;
}

/** The lowest reading at each count of requests: what is under way only adds. */
function courseOf({ idle, blocks }: Measurement): ProbeUrl['course'] {
  const lowest = new Map<number, number>();
  for (const { ok, levels } of [...idle.slice(-1), ...blocks.flatMap(({ readings }) => readings)]) {
    const held = levels.reduce((sum, { counts }) => sum + (counts ?? []).reduce((all, count) => all + count, 0), 0);
    lowest.set(ok, Math.min(held, lowest.get(ok) ?? held));
  }
  return [...lowest].map(([requests, descriptors]) => ({ requests, descriptors }));
}

function probeGroup(group: JudgedGroup, bytes: ReadonlyMap<string, number>): ProbeGroup {
  const { type, class: kind, pattern, name, perRequest, verdict, reason, before, after, opened, kept } = group;
  const deletedBytes = bytes.get(bytesKey(group)) ?? null;
  const upstream = group.upstream === true;
  return {
    type,
    class: kind,
    pattern,
    name,
    upstream,
    perRequest,
    verdict,
    reason,
    before,
    after,
    opened,
    kept,
    deletedBytes,
  };
}

function bytesKey({ type, pattern, upstream }: TargetGroup): string {
  return `${type}\0${upstream === true}\0${pattern}`;
}

/** Bytes by group. A joined group has those of all that went into it. */
function deletedBytes(run: UrlRun, { groups }: Measurement, place: readonly number[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [index, held] of run.deletedBytes.entries()) {
    if (held === null) continue;
    const key = bytesKey(groups[place[index]]);
    sums.set(key, (sums.get(key) ?? 0) + held);
  }
  return sums;
}

function processesOf(run: UrlRun, measurement: Measurement, judged: LeakVerdict): ProbeProcess[] {
  const exhausted = new Map(
    exhaustionOf(measurement, judged.groups, (life) => run.lives[life]?.headroom ?? null).map((found) => [
      found.life,
      found.requests,
    ]),
  );
  return measurement.lives.flatMap(({ pid, startTime, command }, life) => {
    const known = run.lives[life];
    if (known === undefined) return [];
    const { role, before, after, softLimit } = known;
    return [
      { pid, startTime, command, role, before, after, softLimit, requestsToExhaustion: exhausted.get(life) ?? null },
    ];
  });
}

function unmeasured(run: UrlRun): ProbeUrl {
  const failed = Object.values(run.failures).reduce((sum, count) => sum + count, 0);
  return {
    url: run.url,
    method: run.method,
    keepAlive: run.keepAlive,
    verdict: 'inconclusive',
    requests: { sent: failed, ok: 0, failed },
    answers: run.answers,
    perRequest: NONE,
    detectable: null,
    bounds: { requests: 0, seconds: 0, levels: [] },
    course: [],
    groups: [],
    processes: [],
    stopped: run.stopped,
    recycledEvery: null,
    notes: [...(run.inconclusive === null ? [] : [run.inconclusive]), ...run.notes],
  };
}
