import { signalName } from '../../model/signal.ts';
import { spanText } from '../span-text.ts';
import { holds } from './disposition.ts';
import { drainPhase } from './drain-phase.ts';
import type { Begin } from './fold.ts';
import { type LifeRecord, listenersOf } from './life-record.ts';
import type { Ending } from './observation.ts';
import { doubtOf, openWork } from './open-work.ts';
import type { SocketRecord } from './socket-record.ts';

/**
 * - `drained`: it stopped listening, lived on with its work, and ended with nothing cut;
 * - `cut-off`: it did so, and ended with connections that still carried something;
 * - `died-at-once`: it ended without a phase in which it could have finished anything;
 * - `killed-at-grace`: SIGKILL at the grace limit, which we sent;
 * - `killed`: SIGKILL that somebody else sent, such as a manager at a limit of its own;
 * - `ignored`: at the grace limit it is as it was;
 * - `unfinished`: at the grace limit it is still there, and something has changed;
 * - `unknown`: what it did could not be seen.
 */
export const OUTCOMES = [
  'killed-at-grace',
  'killed',
  'cut-off',
  'ignored',
  'unfinished',
  'died-at-once',
  'unknown',
  'drained',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What was concluded about one process, and from what. */
export interface Judgement {
  readonly outcome: Outcome;
  /** Whether that is how a shutdown should be; null where it could not be told. */
  readonly well: boolean | null;
  /** Whole clauses, the most telling first. */
  readonly evidence: readonly string[];
  /** Connections that were cut. */
  readonly cut: readonly SocketRecord[];
}

/** SIGKILL, signal(7). */
const KILL = 9;
/** How a process that was not told to ends: SIGHUP, SIGINT, SIGQUIT, SIGKILL, SIGTERM end it on purpose (signal(7)). */
const ON_PURPOSE: readonly number[] = [1, 2, 3, 9, 15];

/** Judges one process. `stopped`: the following ended before the grace did. */
export function judge(life: LifeRecord, begin: Begin, stopped: boolean): Judgement {
  const { end } = life;
  if (end === null) return stopped ? told('unknown', null, ['the following ended before it did']) : alive(life, begin);
  const after = spanText(Math.max(0, end.seconds - begin.seconds));
  if (life.killed !== null && end.seconds >= life.killed) {
    return told('killed-at-grace', false, [
      `it was still there at the grace limit, and ended ${after} after the signal`,
    ]);
  }
  if (end.ending.signal === KILL && begin.signal !== KILL) {
    const work = openWork(life, begin);
    return told(
      'killed',
      false,
      [
        `SIGKILL ended it after ${after}, sent by somebody else: its manager at a limit of its own, or the system`,
        ...work.said,
      ],
      work.cut,
    );
  }
  return life.looked === null || (life.refused && life.sockets.size === 0)
    ? told('unknown', null, [`it ended after ${after}, and what it held could not be read`])
    : ended(life, begin, after);
}

function ended(life: LifeRecord, begin: Begin, after: string): Judgement {
  const { end, fact } = life;
  const work = openWork(life, begin);
  const how = howText(life);
  const { signal } = life.end?.ending ?? { signal: null };
  if (signal !== null && signal !== begin.signal && !ON_PURPOSE.includes(signal)) {
    return told('cut-off', false, [`it crashed after ${after}${how}`, ...work.said], work.cut);
  }
  const phase = drainPhase(life, begin, work.moving !== null);
  if (phase === null) {
    const open = [...work.said, ...(work.moving ? [work.moving] : [])];
    if (open.length > 0) return told('died-at-once', false, [`it ended after ${after}${how}`, ...open], work.cut);
    const doubt = doubtOf(life, begin);
    if (doubt !== null) return told('unknown', null, [`it ended after ${after}${how}`, doubt]);
    return told('died-at-once', true, [`it ended after ${after}${how}, nothing was seen open`]);
  }
  if (work.cut.length > 0)
    return told('cut-off', false, [phase, `it ended after ${after}${how}`, ...work.said], work.cut);
  // Whoever works by itself and listens to nobody gives no sign of having been told to stop.
  const blind = work.moving !== null && (end?.ending.by === null || listenersOf(life).length === 0);
  if (blind && fact.role !== 'beside') {
    const why = 'whether that was the last of it cannot be seen from outside';
    return told('unknown', null, [phase, `it ended after ${after}${how}`, `${work.moving}: ${why}`]);
  }
  const rest = work.moving === null ? [] : [`${work.moving}; that nothing was left cannot be seen from outside`];
  return told('drained', true, [phase, `it ended after ${after}${how}, nothing was cut`, ...rest]);
}

/** Why a process that is there at the grace limit is there. */
function alive(life: LifeRecord, begin: Begin): Judgement {
  const { childEnded, opened, first } = life;
  if (first > begin.seconds) return told('unfinished', false, [`it began after ${begin.name}`]);
  const closed = listenersOf(life).filter(({ gone }) => gone !== null && gone >= begin.seconds);
  const changed = closed.length > 0 || (childEnded !== null && childEnded >= begin.seconds);
  const waiting = begin.signal !== null && holds(life.pending, begin.signal);
  if (waiting) return told('ignored', false, [`${begin.name} is still pending: every thread blocks it`]);
  const open = [...life.sockets.values()].filter(
    ({ direction, gone, state }) => direction !== 'listener' && gone === null && state === 'ESTABLISHED',
  );
  if (!changed) {
    const listens = listenersOf(life).some(({ gone }) => gone === null);
    return told('ignored', false, [
      listens ? 'it still listens as before' : 'nothing about it has changed',
      ...(opened > 0 ? [`it opened ${opened} descriptors since`] : []),
    ]);
  }
  return told('unfinished', false, [
    closed.length > 0 ? 'it stopped listening and is still there' : 'a child of it ended and it is still there',
    ...(open.length > 0 ? [`${open.length} connections are open`] : []),
  ]);
}

function howText({ end }: LifeRecord): string {
  return end === null || end.ending.by === null ? '' : ` (${endText(end.ending)})`;
}

/** How a process ended, in words. */
export function endText({ by, code, signal }: Ending): string {
  if (by === null) return 'ended, too fast to see how';
  if (by === 'exit') return code === null ? 'exit, status not readable' : `exit ${code}`;
  return signal === null ? 'ended by a signal, which one is not readable' : `ended by ${signalName(signal)}`;
}

function told(
  outcome: Outcome,
  well: boolean | null,
  evidence: readonly string[],
  cut: readonly SocketRecord[] = [],
): Judgement {
  return { outcome, well, evidence, cut };
}
