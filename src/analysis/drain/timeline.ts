import { bytesText } from '../../model/bytes-text.ts';
import { counted } from '../finding/rule.ts';
import type { DrainFold } from './fold.ts';
import { type LifeRecord, listenersOf } from './life-record.ts';
import { endText } from './outcome.ts';

type EventName =
  | 'began'
  | 'started'
  | 'listener-closed'
  | 'listener-opened'
  | 'accepted'
  | 'incoming-ended'
  | 'connected'
  | 'outgoing-ended'
  | 'grew'
  | 'killed'
  | 'ended'
  | 'grace';

/** Something that happened after the shutdown began. */
export interface DrainEvent {
  /** Since it began. */
  readonly seconds: number;
  readonly event: EventName;
  /** null: nobody's in particular. */
  readonly pid: number | null;
  readonly command: string | null;
  /** In words. */
  readonly text: string;
}

/** What happened, in order. What is many of a kind is one event with its number. */
export function timelineOf({ lives, begin, over }: DrainFold, grace: number): DrainEvent[] {
  if (begin === null) return [];
  const zero = begin.seconds;
  const began: DrainEvent = { seconds: 0, event: 'began', pid: null, command: null, text: beganText(lives, begin) };
  const events = lives.flatMap((life) => eventsOf(life, zero));
  const last: DrainEvent[] =
    over?.why === 'grace'
      ? [{ seconds: grace, event: 'grace', pid: null, command: null, text: 'the grace limit' }]
      : [];
  return [began, ...[...events, ...last].sort((a, b) => a.seconds - b.seconds)];
}

function beganText(lives: readonly LifeRecord[], begin: NonNullable<DrainFold['begin']>): string {
  if (begin.signal === null) return begin.name;
  const whom = begin.lives.map((life) => `${lives[life].fact.command} ${lives[life].fact.pid}`);
  return `${begin.name} sent to ${whom.join(', ')}`;
}

function eventsOf(life: LifeRecord, zero: number): DrainEvent[] {
  const { pid, command } = life.fact;
  const events: DrainEvent[] = [];
  const add = (seconds: number, event: DrainEvent['event'], text: string): void => {
    events.push({ seconds: Math.max(0, seconds - zero), event, pid, command, text });
  };
  if (life.first > zero) add(life.first, 'started', 'started');
  for (const { local, first, gone } of listenersOf(life)) {
    if (first > zero) add(first, 'listener-opened', `listens on ${local}`);
    if (gone !== null && gone >= zero) add(gone, 'listener-closed', `no longer listens on ${local}`);
  }
  connectionEvents(life, zero, add);
  for (const { name, grew, atBegin, size } of life.files.values()) {
    if (grew !== null && grew >= zero && atBegin !== null && size > atBegin) {
      add(grew, 'grew', `${name} grew by ${bytesText(size - atBegin)}, the last of it here`);
    }
  }
  if (life.killed !== null) add(life.killed, 'killed', 'SIGKILL sent');
  if (life.end !== null) add(life.end.seconds, 'ended', endText(life.end.ending));
  return events;
}

function connectionEvents(
  { sockets }: LifeRecord,
  zero: number,
  add: (seconds: number, event: DrainEvent['event'], text: string) => void,
): void {
  const [unnamed, ...others] = [...sockets.values()].filter((one) => one.direction === 'unnamed' && one.first > zero);
  if (unnamed) {
    const number = counted(others.length + 1, 'socket');
    add(unnamed.first, 'connected', `opened the first of ${number}, too short-lived to be named`);
  }
  for (const direction of ['in', 'out'] as const) {
    const all = [...sockets.values()].filter((socket) => socket.direction === direction);
    const fresh = all.filter(({ first }) => first > zero);
    const way = direction === 'in' ? 'incoming' : 'outgoing';
    const [earliest] = fresh.toSorted((a, b) => a.first - b.first);
    if (earliest) {
      const where = direction === 'in' ? earliest.local : (earliest.remote ?? earliest.local);
      const first = fresh.length === 1 ? '' : `, the first of ${fresh.length}`;
      const event = direction === 'in' ? 'accepted' : 'connected';
      add(earliest.first, event, direction === 'in' ? `accepted on ${where}${first}` : `connects to ${where}${first}`);
    }
    const ended = all.flatMap(({ gone }) => (gone !== null && gone >= zero ? [gone] : []));
    if (ended.length === 0) continue;
    const left = all.filter(({ gone }) => gone === null).length;
    const rest = left === 0 ? 'none is left' : `${left} left`;
    const event = direction === 'in' ? 'incoming-ended' : 'outgoing-ended';
    add(Math.max(...ended), event, `${counted(ended.length, `${way} connection`)} ended by now, ${rest}`);
  }
}
