import type { ChurnCourse, ChurnManager, ChurnSlot, CourseAbout } from './churn-data.ts';
import type { ChurnFold } from './fold.ts';
import { leaksInside, regularity, slotVerdict } from './judge.ts';
import type { Slot } from './slot.ts';
import type { SlotSteps } from './step-fold.ts';
import { statusText } from './wait-status.ts';

/** How things stand with a manager and its workers, at the end or in between. */
export function churnCourse(fold: ChurnFold, { seconds, channel, sysv }: CourseAbout): ChurnCourse {
  const slots = fold.slots(seconds).map(({ slot, keys }) => slotData(slot, fold.steps.of(keys), seconds));
  const seen = slots.reduce((sum, { alive, exits }) => sum + alive + exits, 0);
  const least = slots.reduce((sum, { unseen }) => sum + unseen.least, 0);
  const bounded = channel.lost === 0 && slots.every(({ unseen }) => unseen.most !== null);
  const most = slots.reduce((sum, { unseen }) => sum + (unseen.most ?? 0), 0);
  return {
    slots,
    managers: fold.managers.map(
      ({ pid, command, startTime, ended, status, left }): ChurnManager => ({
        pid,
        command,
        startTime,
        ended,
        status: ended === null ? null : statusText(status),
        left: left && { pids: left.pids, parent: left.parent, ports: left.ports },
      }),
    ),
    seconds,
    starts: fold.starts,
    exits: fold.exits,
    processes: { seen, least: seen + least, most: bounded ? seen + most : null },
    channel,
    sysv,
  };
}

/** What a channel may have missed is not seen, and has to be said. */
export function channelSentences({ channel, processes, slots, exits }: ChurnCourse): string[] {
  const { least, most, seen } = processes;
  const sentences: string[] = [];
  const unknown = slots.reduce((sum, { ends }) => sum + ends.unknown, 0);
  if (unknown > 0) sentences.push(`how ${unknown} of ${exits} processes ended is not known: looks rarely catch it`);
  if (channel.lost > 0) sentences.push('some process events were lost: starts and ends are missing');
  if (most === null) sentences.push(`workers may have lived and died between two looks, and nothing bounds how many`);
  else if (most > seen) {
    sentences.push(
      `at least ${least - seen} and at most ${most - seen} workers lived and died between two looks, beside the ${seen} seen`,
    );
  }
  return sentences;
}

function slotData(slot: Slot, steps: SlotSteps | null, seconds: number): ChurnSlot {
  const { lifetimes, atDeath, kept, endedKept, endedCounted } = slot;
  const perMinute = (count: number) => (seconds > 0 ? (count / seconds) * 60 : 0);
  const leaks = leaksInside(slot) || (steps !== null && steps.keepsGrowing === true);
  return {
    parent: slot.parent,
    parentCommand: slot.parentCommand,
    role: slot.role,
    manager: slot.manager,
    verdict: slotVerdict(slot, leaks),
    alive: slot.alive,
    starts: slot.starts,
    exits: slot.exits,
    exitsPerMinute: perMinute(slot.exits),
    unseen: { least: slot.unseenLeast, most: slot.unseenMost },
    ends: { ...slot.ends },
    statuses: [...slot.statuses]
      .map(([status, count]) => ({ status, count }))
      .sort((a, b) => b.count - a.count || (a.status < b.status ? -1 : 1)),
    lifetime: {
      median: lifetimes.median,
      shortest: lifetimes.least,
      longest: lifetimes.most,
      last: lifetimes.last,
    },
    regular: regularity(slot),
    descriptors: {
      atDeath: { median: atDeath.median, most: atDeath.most },
      softLimit: slot.softLimit,
      kept,
      perLife: endedCounted === 0 ? null : endedKept / endedCounted,
      perMinute: perMinute(kept),
      perRequest: steps?.perRequest ?? null,
      countedRequests: steps?.requests ?? 0,
      leaks,
    },
  };
}
