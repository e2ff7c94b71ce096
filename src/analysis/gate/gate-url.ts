import { anyGlob } from '../glob.ts';
import { joinGroups } from '../leak-rule/join-groups.ts';
import type { ProbeGroup } from '../probe/probe-data.ts';
import type { UrlRun } from '../probe/probe-run.ts';
import { urlVerdict } from '../probe/url-verdict.ts';
import type { Baseline } from './baseline.ts';
import type { Excuse, GateUrl } from './gate-data.ts';
import { withoutGroups } from './without-groups.ts';

export interface Leniency {
  /** Globs of target patterns and names that may leak. */
  readonly allow: readonly string[];
  /** Leaks that were there before; null = none. */
  readonly baseline: Baseline | null;
}

type ExcuseOf = (group: ProbeGroup) => Excuse | null;

/** One URL, judged with and without what is excused. */
export function gateUrl(run: UrlRun, { allow, baseline }: Leniency): GateUrl {
  const url = urlVerdict(run);
  const allowed = anyGlob(allow);
  const excuseOf: ExcuseOf = (group) => {
    // What stopped, or did not grow, needs no excuse.
    if (group.verdict !== 'leak' && group.verdict !== 'undecided') return null;
    if (allowed(group.pattern) || allowed(group.name)) return 'allowed';
    return group.verdict === 'leak' && baseline?.knows(url, group) ? 'known' : null;
  };
  const groups = url.groups.map((group) => ({ ...group, excuse: excuseOf(group) }));
  const rest = groups.some(({ excuse }) => excuse !== null) ? urlVerdict(runWithout(run, groups)) : url;
  return {
    ...url,
    groups,
    remaining: {
      verdict: rest.verdict,
      perRequest: rest.verdict === 'leak' ? rest.perRequest.estimate : 0,
      growth: rest.groups.reduce((sum, { before, after }) => sum + after - before, 0),
    },
  };
}

/** The run as if the excused groups had not been looked at: the leak rule judges what is left as it would by itself. */
function runWithout(run: UrlRun, groups: GateUrl['groups']): UrlRun {
  if (run.measurement === null) return run;
  const excused = new Set(groups.filter(({ excuse }) => excuse !== null).map(keyOf));
  const { measurement, place } = joinGroups(run.measurement);
  const keep = (group: number): boolean => !excused.has(keyOf(measurement.groups[place[group]]));
  return {
    ...run,
    measurement: withoutGroups(run.measurement, keep),
    deletedBytes: run.deletedBytes.filter((_, group) => keep(group)),
  };
}

type Named = Pick<ProbeGroup, 'type' | 'class' | 'pattern'> & { readonly upstream?: boolean };

/** What tells groups apart; a measured one says nothing of `upstream` where it is not. */
function keyOf({ type, class: kind, pattern, upstream = false }: Named): string {
  return [type, kind, upstream, pattern].join('\0');
}
