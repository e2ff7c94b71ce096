import { counted } from '../finding/rule.ts';
import { spanText } from '../span-text.ts';
import { dispositionOf } from './disposition.ts';
import { stoppedListening } from './drain-phase.ts';
import type { Begin } from './fold.ts';
import { type LifeRecord, listenersOf } from './life-record.ts';
import { pace, type Rhythm, rhythmOf } from './rhythm.ts';
import type { SocketRecord } from './socket-record.ts';

/** Openings that make a rhythm, of work that goes on by itself; and so often a file grows that is at work. */
const BEATS = 3;
/** A beat comes this much late at most, in times of the longest pause before. */
const LATE = 1.5;
/** A file that is written to grew so short a time ago, seconds. */
const FRESH = 0.5;
/** A FIN counts as one byte that was not read (rcv_nxt - copied_seq, net/ipv4/tcp_ipv4.c). */
const FIN = 1;
/** SIGKILL, signal(7). */
const KILL = 9;

/** What a process was seen to be in the middle of when it ended. */
export interface OpenWork {
  readonly cut: readonly SocketRecord[];
  /** What was cut, in words. */
  readonly said: readonly string[];
  /** Work that went on by itself, to the end or to the moment at which it stopped listening, in words; null if none did. */
  readonly moving: string | null;
}

export function openWork(life: LifeRecord, begin: Begin): OpenWork {
  const cut = cutConnections(life, begin);
  return { cut, said: cutText(cut), moving: movingText(life, begin) };
}

/** Why nothing was seen open, and something may have been; null where nothing speaks for that. */
export function doubtOf(life: LifeRecord, begin: Begin): string | null {
  const fresh = [...life.sockets.values()].filter(
    ({ direction, atFirst }) => /^(?:out|unnamed)$/.test(direction) && !atFirst,
  );
  const brief = fresh.filter(({ direction, gone }) => direction === 'unnamed' && gone !== null);
  if (brief.length >= BEATS) {
    return `${brief.length} sockets came and went faster than the tables of this machine could be read`;
  }
  const shut = shutUnseen(life, begin);
  if (shut.length > 0) {
    const were = shut.length === 1 ? 'was' : 'were';
    return `${counted(shut.length, 'connection')} ${were} open at the last look before that, and closed by the end: whether what ${shut.length === 1 ? 'it' : 'they'} carried was finished or cut off could not be seen`;
  }
  if (silence(pace(fresh.map(({ first }) => first)), life, begin) === null) return null;
  return 'outgoing connections came and went to the end, while incoming ones were there that may have asked for them';
}

/**
 * Connections that were open when a process ended: seen so while it was on its way out; or at the last look before, if it had no
 * chance to close them itself, or the other end had not closed by then (FIN_WAIT: ours went first). One that carried something to the end, or that a client had open,
 * was cut, and so was an answer that nobody read; an outgoing one that never moved is an idle one of a pool, which nobody misses.
 */
function cutConnections(life: LifeRecord, begin: Begin): SocketRecord[] {
  const { end, lookedAtExit, fates, sockets } = life;
  if (end === null) return [];
  const sure = lookedAtExit || ranNoCode(life, begin);
  const after = new Map(fates.map(({ inode, state }) => [inode, state]));
  return [...sockets.values()].filter(({ direction, state, gone, moved, receiving, inode }) => {
    if (gone !== null || !after.has(inode)) return false;
    if (state === 'CLOSE_WAIT') return direction === 'out' && moved && receiving > FIN;
    if (state !== 'ESTABLISHED') return false;
    const open = sure || receiving > 0 || /^(?:FIN_WAIT[12]|CLOSING)$/.test(after.get(inode) ?? '');
    return open && (direction === 'in' || moved);
  });
}

/**
 * Connections that were open at the last look, and of which it is not known whether the process had finished with them: it was
 * gone before another look, and both ends have closed since (TIME_WAIT, or no trace). A client that sees the end of its answer closes as fast whether that
 * was whole or not. One that was still there after the process had stopped listening was waited for.
 */
function shutUnseen(life: LifeRecord, begin: Begin): SocketRecord[] {
  const { fates, sockets } = life;
  const after = new Map(fates.map(({ inode, state }) => [inode, state]));
  const stopped = stoppedListening(life, begin);
  const listens = listenersOf(life).length > 0;
  return [...sockets.values()].filter(({ direction, state, gone, moved, last, inode }) => {
    if (gone !== null || state !== 'ESTABLISHED' || !after.has(inode)) return false;
    if (listens && stopped !== null && last >= stopped) return false;
    return direction === 'in' || (direction === 'out' && moved);
  });
}

/** Whether a process ended without a step of its own: it had no handler, or SIGKILL came. */
function ranNoCode({ end, fact }: LifeRecord, { signal }: Begin): boolean {
  if (end?.ending.signal === KILL || signal === KILL) return true;
  return signal !== null && fact.signals !== null && dispositionOf(fact.signals, signal) === 'default';
}

function cutText(cut: readonly SocketRecord[]): string[] {
  return (['in', 'out'] as const).flatMap((direction) => {
    const [first, ...others] = cut.filter((socket) => socket.direction === direction);
    if (!first) return [];
    const [what, where] = direction === 'in' ? ['incoming', first.local] : ['outgoing', first.remote ?? first.local];
    return [`${counted(others.length + 1, `${what} connection`)} to ${where} cut`];
  });
}

function movingText(life: LifeRecord, begin: Begin): string | null {
  const rhythm = rhythmOf(life);
  const quiet = silence(rhythm, life, begin);
  if (quiet !== null) {
    const often = `one every ${spanText(rhythm.longest)} or less`;
    return `outgoing connections came and went, ${often}, the last ${spanText(quiet.seconds)} before it ${quiet.until}`;
  }
  const { end, files } = life;
  if (end === null || (end.ending.by !== 'signal' && begin.signal !== KILL)) return null;
  const growing = [...files.values()].find(
    ({ grew, growths }) => growths >= BEATS && grew !== null && end.seconds - grew <= FRESH,
  );
  return growing === undefined ? null : `${growing.name} was still growing`;
}

/**
 * The time after the last beat of a rhythm that had not ended of itself by then: until the process stopped listening, after which
 * it may take long to end without doing anything; or until its end, if it went on after that. Null where there was none, or where
 * it had come to rest before.
 */
function silence(
  { count, last, longest }: Rhythm,
  life: LifeRecord,
  begin: Begin,
): { readonly seconds: number; readonly until: string } | null {
  if (count < BEATS || last === null || life.end === null) return null;
  const stopped = stoppedListening(life, begin);
  const toEnd = stopped === null || last > stopped || stopped === begin.seconds;
  const seconds = Math.max(0, (toEnd ? life.end.seconds : stopped) - last);
  return seconds <= longest * LATE ? { seconds, until: toEnd ? 'ended' : 'stopped listening, and none after' } : null;
}
