import type { Finding, Severity } from '../../model/report.ts';
import { counted } from '../finding/rule.ts';
import { processName } from '../process/process-summary.ts';
import type { ChurnCourse, ChurnManager, ChurnRequests, ChurnSlot, SysvChange } from './churn-data.ts';
import { lifeText, perText, slotName, statusesText } from './slot-text.ts';

/** Of the requests sent so many ended a worker: then it is the request. */
const PER_REQUEST = 0.5;
/** Requests from which that is said. */
const REQUESTS = 3;

/** @param requests sent meanwhile; null where none were */
export function churnFindings(course: ChurnCourse, requests: ChurnRequests | null): Finding[] {
  return [
    ...course.slots.flatMap((slot) => loopFindings(slot)),
    ...course.slots.flatMap((slot) => requestFindings(slot, requests)),
    ...course.managers.flatMap(leftFindings),
    ...course.slots.flatMap(leakFindings),
    ...(course.sysv ?? []).flatMap((change) => sysvFindings(change, course)),
  ];
}

function loopFindings(slot: ChurnSlot): Finding[] {
  const { verdict, exits, ends, lifetime, exitsPerMinute, parent, unseen } = slot;
  const lives =
    exits === 1 ? `after ${lifeText(lifetime.median)}` : `half of them after ${lifeText(lifetime.median)} or less`;
  const rate = `${perText(exitsPerMinute)} exits per minute`;
  const evidence = { exits, ...ends, unseenLeast: unseen.least, median: lifetime.median, exitsPerMinute };
  const said = (rule: string, severity: Severity, message: string) => [
    about(
      rule,
      severity,
      slot.manager ? null : parent,
      message,
      evidence,
      slot.manager ? [] : [`leaksof show ${parent}`],
    ),
  ];
  if (verdict === 'crash-loop') {
    const text = `${slotName(slot)} crash in a loop: ${counted(exits, 'exit')} (${statusesText(slot)}), ${lives}; ${rate}`;
    return said('crash-loop', 'critical', text);
  }
  if (verdict === 'failing') {
    const faults = ends.failed + ends.killed;
    const text = `${slotName(slot)}: ${faults} of ${counted(exits, 'exit')} with a fault (${statusesText(slot)}), ${lives}`;
    return said('failing-workers', 'warning', text);
  }
  if (verdict === 'perhaps-crash-loop') {
    const total = exits === 0 ? `at least ${counted(unseen.least, 'exit')}` : counted(exits, 'exit');
    const short = exits === 0 ? 'each between two looks' : lives;
    const untold = ends.unknown < exits ? `how ${ends.unknown} of them ended` : 'how they ended';
    const text = `${slotName(slot)} end soon after they begin: ${total}, ${short}; ${untold} is not known, so this may be a crash loop`;
    return said('perhaps-crash-loop', 'warning', text);
  }
  if (verdict === 'brief') {
    const text = `${slotName(slot)} end as if all were well, ${lives}: tasks, or workers that give up; ${rate}`;
    return said('brief-workers', 'info', text);
  }
  return [];
}

/** Requests that end workers. */
function requestFindings(slot: ChurnSlot, requests: ChurnRequests | null): Finding[] {
  const faults = slot.ends.failed + slot.ends.killed + slot.ends.unknown;
  if (requests === null || slot.manager || requests.sent < REQUESTS || faults < requests.sent * PER_REQUEST) return [];
  const message = `${counted(requests.sent, 'request')}, ${counted(faults, 'worker')} of ${slotName(slot)} ended by them: ${perText(faults / requests.sent)} per request`;
  const evidence = { requests: requests.sent, exits: faults, answered: requests.ok - requests.errors };
  return [about('request-ends-worker', 'critical', slot.parent, message, evidence, [])];
}

function leftFindings({ pid, command, status, startTime, left }: ChurnManager): Finding[] {
  if (left === null) return [];
  const { pids, parent, ports } = left;
  const who = `${counted(pids.length, 'worker')} (${pids.slice(0, 5).join(', ')}${pids.length > 5 ? ', ...' : ''})`;
  const lived = `${processName({ pid, command })} is gone (${status ?? 'unknown'}) and ${who} live on under ${parent ?? 'another'}`;
  const kept = ports?.length
    ? ` and keep ${ports.join(', ')}: a restart fails with "Address already in use"`
    : ports === null
      ? '; what they listen on could not be seen'
      : ', without its listeners';
  const rule = ports?.length ? 'port-kept' : 'workers-left';
  const finding = about(
    rule,
    ports?.length ? 'critical' : 'warning',
    pid,
    lived + kept,
    { status, workers: pids.length, pids: pids.slice(0, 100), parent, ports },
    [`kill ${pids.slice(0, 20).join(' ')}`],
  );
  return [{ ...finding, startTime }];
}

function leakFindings(slot: ChurnSlot): Finding[] {
  const { descriptors, exits, lifetime, parent } = slot;
  const { kept, perLife, perMinute, perRequest, countedRequests, softLimit, atDeath, leaks } = descriptors;
  if (!leaks) return [];
  const rates = [
    perRequest === null ? null : `${perText(perRequest)} per request (${countedRequests} requests)`,
    perLife === null ? null : `${perText(perLife)} per life`,
    `${perText(perMinute)} per minute`,
  ].filter((rate) => rate !== null);
  const hidden = exits > 0;
  const before =
    softLimit === null || !Number.isFinite(softLimit) || atDeath.most === null
      ? ''
      : `; they are replaced at ${atDeath.most} of ${softLimit} at most`;
  const message = hidden
    ? `${slotName(slot)} keep descriptors until they end, so recycling hides a leak: ${rates.join(', ')}${before}`
    : `${slotName(slot)} keep descriptors: ${rates.join(', ')}`;
  return [
    about(
      hidden ? 'recycling-hides-leak' : 'worker-leak',
      'warning',
      parent,
      message,
      {
        kept,
        perLife,
        perMinute,
        perRequest,
        atDeath: atDeath.most,
        softLimit: finite(softLimit),
        median: lifetime.median,
      },
      ['leaksof probe URL', `leaksof watch --tree ${parent}`],
    ),
  ];
}

const SYSV = {
  queue: { one: 'message queue', option: '-q' },
  semaphores: { one: 'semaphore set', option: '-s' },
  memory: { one: 'shared memory segment', option: '-m' },
} as const;

function sysvFindings({ kind, ids, before, after }: SysvChange, { exits }: ChurnCourse): Finding[] {
  if (ids.length === 0 || exits === 0 || after <= before) return [];
  const { one, option } = SYSV[kind];
  const message = `${counted(ids.length, `System V ${one}`)} more than at the beginning, of the manager's user, while ${counted(exits, 'process', 'processes')} ended: no descriptor, and nothing frees them by itself`;
  const evidence = { before, after, ids: ids.slice(0, 100), exits };
  return [about('sysv-left', 'warning', null, message, evidence, [`ipcrm ${option} ${ids[0]}`])];
}

function finite(limit: number | null): number | null {
  return limit !== null && Number.isFinite(limit) ? limit : null;
}

function about(
  rule: string,
  severity: Severity,
  pid: number | null,
  message: string,
  evidence: Finding['evidence'],
  next: readonly string[],
): Finding {
  return { rule, severity, pid, startTime: null, target: null, message, evidence, next };
}
