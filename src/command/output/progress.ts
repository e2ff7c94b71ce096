import { safeText } from '../../view/escape.ts';
import type { Surroundings } from '../definition.ts';

/** Talk while people wait: one line of a terminal's stderr that is written over. Silent everywhere else. */
export interface Progress {
  say(text: string): void;
  /** Takes the line away. */
  done(): void;
}

const CLEAR = '\r\x1b[K';

export function progress({ stderr, env }: Pick<Surroundings, 'stderr' | 'env'>, quiet: boolean): Progress {
  if (quiet || stderr.isTTY !== true || env.TERM === 'dumb' || env.CI) return { say: () => {}, done: () => {} };
  return {
    say: (text) => {
      const room = Math.max(20, (stderr.columns ?? 80) - 1);
      stderr.write(`${CLEAR}${safeText(text).slice(0, room)}`);
    },
    done: () => {
      stderr.write(CLEAR);
    },
  };
}
