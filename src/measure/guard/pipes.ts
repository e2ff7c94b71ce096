import { readdirSync } from 'node:fs';
import type { Observation } from '../../analysis/guard/alert.ts';
import type { GuardBudget } from '../../analysis/guard/budget.ts';
import { bytesText } from '../../model/bytes-text.ts';
import { type FullestOptions, type FullestReading, fullestPipe } from '../pipes/fullest.ts';
import type { Collector } from './collector.ts';
import type { DeletedEyes } from './deleted.ts';

/** Seconds between two looks: each lists the descriptors of every process. */
const PERIOD = 10;
const PATIENCE = 60;

export type AskPipes = (options: FullestOptions) => Promise<FullestReading>;

/** Looks at the fullest of the pipes of which a watched process holds an end. */
export function pipeCollector(
  budget: GuardBudget,
  { root, pids, capable }: DeletedEyes,
  ask: AskPipes = fullestPipe,
): Collector {
  return {
    budget,
    period: PERIOD,
    patience: PATIENCE,
    async collect() {
      const wanted = pids();
      if (wanted?.length === 0) return [];
      const reading = await ask({ pids: wanted });
      if (reading.why !== null) throw new Error(reading.why);
      // Of processes that are not watched nothing is wanted but who holds the other ends.
      const refused = wanted === null ? reading.refused : wanted.filter((pid) => isRefused(root, pid)).length;
      return [observation(reading, refused, capable)];
    },
  };
}

function observation({ fullest, read, unread }: FullestReading, refused: number, capable: boolean): Observation {
  const [holder] = fullest?.holders ?? [];
  const who = holder ? ` of ${holder.command ?? 'process'} ${holder.pid}` : '';
  const what = fullest ? (fullest.name ?? `pipe ${fullest.inode}`) : null;
  return {
    key: 'pipe',
    target: { kind: 'pipe', name: 'the fullest pipe', pid: null, startTime: null, command: null },
    // Where there is no pipe, none is full.
    value: fullest?.share ?? 0,
    partial: unread > 0 || refused > 0,
    blind: refused > 0 && !capable ? `${refused} processes cannot be looked into (no permission)` : null,
    detail: fullest && `${what}${who}, ${bytesText(fullest.queued)} of ${bytesText(fullest.capacity)}`,
    evidence: {
      inode: fullest?.inode ?? null,
      name: fullest?.name ?? null,
      queued: fullest?.queued ?? null,
      capacity: fullest?.capacity ?? null,
      full: fullest?.full ?? null,
      holders: (fullest?.holders ?? []).map(({ pid, command, fd, access }) => ({ pid, command, fd, access })),
      read,
      unread,
      refused,
    },
  };
}

function isRefused(root: string, pid: number): boolean {
  try {
    readdirSync(`${root}/${pid}/fd`);
    return false;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    return code === 'EACCES' || code === 'EPERM';
  }
}
