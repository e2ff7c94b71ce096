import type { ChurnEvent } from './event.ts';
import type { ChurnFold } from './fold.ts';
import { statusText } from './wait-status.ts';

/** One line of `churn --format ndjson`, but for the last one. `seconds` are since the following began. */
export type ChurnLine =
  | {
      readonly kind: 'started';
      readonly seconds: number;
      readonly pid: number;
      readonly startTime: string | null;
      readonly parent: number;
      readonly command: string | null;
    }
  | {
      readonly kind: 'ended';
      readonly seconds: number;
      readonly pid: number;
      readonly startTime: string | null;
      readonly parent: number;
      readonly command: string | null;
      /** `status 1`, `SIGKILL`, `unknown`. */
      readonly status: string;
      /** Seconds. */
      readonly lived: number;
      /** Last seen; null where none were. */
      readonly descriptors: number | null;
    }
  | {
      readonly kind: 'left';
      readonly seconds: number;
      /** Of the manager. */
      readonly pid: number;
      readonly pids: readonly number[];
      readonly ports: readonly string[] | null;
    }
  | { readonly kind: 'over-budget'; readonly seconds: number; readonly limit: string; readonly count: number };

/** An event as a line; null for those that are not told one by one. The fold has not taken it yet. */
export function churnLine(fold: ChurnFold, event: ChurnEvent): ChurnLine | null {
  if (event.kind === 'started') {
    if (event.before) return null;
    const { seconds, pid, startTime, parent, command } = event;
    return { kind: 'started', seconds: rounded(seconds), pid, startTime, parent, command };
  }
  if (event.kind === 'ended') {
    const living = fold.living(event.life);
    if (!living) return null;
    const { pid, startTime, parent, command, started, levels } = living;
    levels.close(event.seconds);
    return {
      kind: 'ended',
      seconds: rounded(event.seconds),
      pid,
      startTime,
      parent,
      command,
      status: statusText(event.status),
      lived: rounded(Math.max(0, event.seconds - started)),
      descriptors: levels.last,
    };
  }
  if (event.kind !== 'left') return null;
  const manager = fold.managers.find(({ life }) => life === event.manager);
  const pids = event.lives.flatMap((life) => fold.living(life)?.pid ?? []);
  const known = manager?.left?.pids ?? [];
  // It is said once, and again when they are others.
  if (pids.length === 0 || pids.join() === known.join()) return null;
  return { kind: 'left', seconds: rounded(event.seconds), pid: manager?.pid ?? 0, pids, ports: event.ports };
}

function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
