import { counted } from '../finding/rule.ts';
import { spanText } from '../span-text.ts';
import type { Begin } from './fold.ts';
import { type LifeRecord, listenersOf } from './life-record.ts';

/** Living on so long without a listener is a phase of its own, even if nothing else was seen. Seconds. */
const LINGERS = 1;

/**
 * When a process had closed the last of its listeners, in answer to the signal; the moment of that itself where it had none.
 * Null where one was open to the end.
 */
export function stoppedListening(life: LifeRecord, begin: Begin): number | null {
  const listeners = listenersOf(life).filter(({ gone }) => gone === null || gone >= begin.seconds);
  return listeners.reduce<number | null>(
    (last, { gone }) => (last === null || gone === null ? null : Math.max(last, gone)),
    begin.seconds,
  );
}

/**
 * What shows that a process had a phase between the signal and its end in which it finished things; null if nothing does.
 * It begins where the last listener was closed: what is done before is work as usual.
 *
 * @param moving whether work went on to that moment, and no longer
 */
export function drainPhase(life: LifeRecord, begin: Begin, moving: boolean): string | null {
  const from = stoppedListening(life, begin);
  if (from === null) return null;
  const end = life.end?.seconds ?? Number.POSITIVE_INFINITY;
  const sockets = [...life.sockets.values()];
  const what = listenersOf(life).length === 0 ? 'after the signal' : 'after it had stopped listening';
  // Without a listener nothing can be accepted: what comes then goes out, whether it could be named or not.
  const opened = sockets.filter(
    ({ direction, first }) => /^(?:out|unnamed)$/.test(direction) && first > from && first < end,
  );
  if (opened.length > 0) return `${what} it opened ${counted(opened.length, 'outgoing connection')}`;
  // Whatever it did then, it was not that work.
  if (moving) return null;
  if (life.childEnded !== null && life.childEnded >= from) return `${what} it lived on until its children ended`;
  if (end - from >= LINGERS) return `${what} it lived on for ${spanText(end - from)}`;
  const finished = sockets.filter(({ direction, gone }) => direction === 'in' && gone !== null && gone >= from);
  if (finished.length === 0) return null;
  return `${what} ${counted(finished.length, 'incoming connection')} ended while it lived`;
}
