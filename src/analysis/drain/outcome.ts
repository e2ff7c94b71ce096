import { counted } from '../finding/rule.ts';
import { spanText } from '../span-text.ts';
import type { Begin } from './fold.ts';
import { type LifeRecord, listenersOf } from './life-record.ts';
import type { Ending } from './observation.ts';
import { rhythmOf } from './rhythm.ts';
import { signalName } from './signal-name.ts';
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
/** Living on so long without a listener is a phase of its own, even if nothing else was seen. Seconds. */
const LINGERS = 1;
/** Openings that make a rhythm, of work that goes on by itself. */
const BEATS = 3;
/** A beat comes this much late at most, in times of the longest pause before. */
const LATE = 1.5;

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
    const brief = (socket: SocketRecord): boolean =>
      socket.direction === 'unnamed' && !socket.atFirst && socket.gone !== null;
    const unnamed = [...life.sockets.values()].filter(brief).length;
    if (unnamed >= BEATS) {
      const why = `${unnamed} sockets came and went faster than the tables of this machine could be read`;
      return told('unknown', null, [`it ended after ${after}${how}`, why]);
    }
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
  const closed = listenersOf(life).filter(({ gone }) => gone !== null && gone >= begin.seconds);
  const { childEnded, opened } = life;
  const changed = closed.length > 0 || (childEnded !== null && childEnded >= begin.seconds);
  const waiting = begin.signal !== null && ((life.pending >> BigInt(begin.signal - 1)) & 1n) === 1n;
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

/**
 * What shows that a process had a phase between the signal and its end in which it finished things; null if nothing does.
 * Openings count only after its listeners were closed: before, they are work as usual.
 *
 * @param moving whether work went on to the end by itself
 */
function drainPhase(life: LifeRecord, begin: Begin, moving: boolean): string | null {
  const end = life.end?.seconds ?? Number.POSITIVE_INFINITY;
  const listeners = listenersOf(life).filter(({ gone }) => gone === null || gone >= begin.seconds);
  const open = listeners.filter(({ gone }) => gone === null);
  const closedAt = listeners.length === 0 ? begin.seconds : Math.max(...listeners.map(({ gone }) => gone ?? end));
  const sockets = [...life.sockets.values()];
  const finished = sockets.filter(
    ({ direction, gone }) => direction === 'in' && gone !== null && gone >= begin.seconds,
  );
  const what = listeners.length === 0 ? 'after the signal' : 'after it had stopped listening';
  if (open.length === 0) {
    // Without a listener nothing can be accepted: what comes then goes out, whether it could be named or not.
    const opened = sockets.filter(
      ({ direction, first }) => /^(?:out|unnamed)$/.test(direction) && first > closedAt && first < end,
    );
    if (opened.length > 0) return `${what} it opened ${counted(opened.length, 'outgoing connection')}`;
    if (life.childEnded !== null && life.childEnded >= closedAt) return `${what} it lived on until its children ended`;
    if (end - closedAt >= LINGERS) return `${what} it lived on for ${spanText(end - closedAt)}`;
  }
  // Requests that ended say nothing of work beside them, which went on as if nothing had been said.
  return finished.length === 0 || moving
    ? null
    : `after the signal ${finished.length} incoming connections ended while it lived`;
}

/** How a process that was not told to ends: SIGHUP, SIGINT, SIGQUIT, SIGKILL, SIGTERM end it on purpose (signal(7)). */
const ON_PURPOSE: readonly number[] = [1, 2, 3, 9, 15];

interface OpenWork {
  readonly cut: readonly SocketRecord[];
  /** What was cut, in words. */
  readonly said: readonly string[];
  /** Work that went on to the end by itself, in words; null if none did. */
  readonly moving: string | null;
}

/** What a process was seen to be in the middle of when it ended. */
function openWork(life: LifeRecord, begin: Begin): OpenWork {
  const cut = cutConnections(life);
  const count = (direction: 'in' | 'out') => cut.filter((socket) => socket.direction === direction).length;
  const said = (['in', 'out'] as const).flatMap((direction) => {
    const number = count(direction);
    if (number === 0) return [];
    const [example] = cut.filter((socket) => socket.direction === direction);
    const where = direction === 'in' ? `to ${example.local}` : `to ${example.remote ?? example.local}`;
    return [
      `${number} ${direction === 'in' ? 'incoming' : 'outgoing'} ${number === 1 ? 'connection' : 'connections'} ${where} cut`,
    ];
  });
  const { end } = life;
  const { count: beats, last, longest } = rhythmOf(life);
  const signalled = end?.ending.by === 'signal' || begin.signal === KILL;
  const growing =
    signalled && end ? [...life.files.values()].find((file) => stillGrowing(file, end.seconds)) : undefined;
  if (beats >= BEATS && last !== null && end && end.seconds - last <= longest * LATE) {
    const pace = `one every ${spanText(longest)} or less`;
    return {
      cut,
      said,
      moving: `outgoing connections came and went to the end, ${pace}, the last ${spanText(end.seconds - last)} before it`,
    };
  }
  return { cut, said, moving: growing === undefined ? null : `${growing.name} was still growing` };
}

/** A file that grew often, and did so to the end. */
function stillGrowing({ grew, growths }: { grew: number | null; growths: number }, end: number): boolean {
  return growths >= BEATS && grew !== null && end - grew <= LINGERS / 2;
}

/**
 * Connections that were open when a process ended: seen so while it was on its way out, or at the last look before, if the
 * other end had not closed by then (FIN_WAIT: ours went first). One that carried something to the end, or that a client had open,
 * was cut; an outgoing one that never moved is an idle one of a pool, which nobody misses.
 */
function cutConnections(life: LifeRecord): SocketRecord[] {
  const { end, lookedAtExit } = life;
  if (end === null) return [];
  const fates = new Map(life.fates.map(({ inode, state }) => [inode, state]));
  return [...life.sockets.values()].filter((socket) => {
    const { direction, state, gone, moved, receiving, inode } = socket;
    if (gone !== null || state !== 'ESTABLISHED' || !fates.has(inode)) return false;
    const fate = fates.get(inode) ?? null;
    const open = lookedAtExit || receiving > 0 || /^(?:FIN_WAIT[12]|CLOSING)$/.test(fate ?? '');
    return open && (direction === 'in' || moved);
  });
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
