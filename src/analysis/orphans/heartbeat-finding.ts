import type { Finding } from '../../model/report.ts';
import { processName } from '../process/process-summary.ts';
import type { Service } from './observation.ts';

/** Signs of life come at half the timeout at the latest (gunicorn, workers/sync.py); a busy machine is late. */
const LATE = 0.75;
/** Where the timeout is not known: so much longer than the others, and never less than this, in seconds. */
const TIMES_OTHERS = 2;
const LEAST = 1.5;

export interface Silence {
  readonly pid: number;
  /** Seconds since the last sign of life. */
  readonly silent: number;
}

/** How long each worker has been silent, the longest first. */
export function silences({ processes }: Service, time: number): Silence[] {
  return processes
    .flatMap(({ pid, heartbeat }) =>
      heartbeat === null ? [] : [{ pid, silent: Math.max(0, time - heartbeat) / 1000 }],
    )
    .sort((a, b) => b.silent - a.silent || a.pid - b.pid);
}

/** Workers that are stuck or busy with one request: those whose manager is about to kill them, with the files they are at work on. */
export function heartbeatFindings(service: Service, time: number): Finding[] {
  const all = silences(service, time);
  const { timeout } = service;
  return all.flatMap(({ pid, silent }) => {
    const others = all.filter((other) => other.pid !== pid).map((other) => other.silent);
    const usual = others.length === 0 ? null : Math.max(...others.filter((other) => other <= silent));
    const late =
      timeout === null ? usual !== null && silent >= LEAST && silent > usual * TIMES_OTHERS : silent > timeout * LATE;
    if (!late) return [];
    const command = service.processes.find((process) => process.pid === pid)?.command ?? null;
    const limit =
      timeout === null
        ? `, the others ${usual?.toFixed(1)} s at most`
        : `, its manager kills it after ${timeout} s without a sign of life`;
    return [
      {
        rule: 'silent-worker',
        severity: timeout !== null && silent >= timeout ? 'critical' : 'warning',
        pid,
        startTime: new Date(service.processes.find((process) => process.pid === pid)?.started ?? 0).toISOString(),
        target: null,
        message: `${processName({ pid, command })} is ${silent.toFixed(1)} s silent${limit}: what it is at work on would stay`,
        evidence: { silent: Number(silent.toFixed(3)), timeout, others: usual },
        next: [`leaksof show ${pid}`],
      },
    ];
  });
}
