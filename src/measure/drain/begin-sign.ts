import { ENDING_SIGNALS, holds } from '../../analysis/drain/disposition.ts';
import type { ProcessSight } from '../../analysis/drain/observation.ts';
import { signalName } from '../../model/signal.ts';
import type { Member } from './roster.ts';

/** By what a shutdown is known that somebody else asked for: a signal that waits to be taken, or an address that nobody listens on any more. */
export class BeginSign {
  #listening: ReadonlySet<string> = new Set();

  /** The sign in words; null if there is none. */
  in(sights: readonly ProcessSight[], members: readonly Member[]): string | null {
    const before = this.#listening;
    const judged = sights.filter(({ life }) => members[life].role !== 'beside');
    this.#listening = new Set(
      judged.flatMap(({ sockets }) => sockets.flatMap(({ state, local }) => (state === 'LISTEN' ? [local] : []))),
    );
    for (const { life, pending } of judged) {
      const signal = Object.values(ENDING_SIGNALS).find((number) => holds(pending, number));
      if (signal !== undefined && members[life].role === 'asked') {
        return `${signalName(signal)} was sent to ${members[life].command} ${members[life].pid}`;
      }
    }
    const closed = [...before].find((address) => !this.#listening.has(address));
    return closed === undefined ? null : `nobody listens on ${closed} any more`;
  }
}
