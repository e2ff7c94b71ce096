import type { Ending } from '../../analysis/drain/observation.ts';

/** The bits of wait(2)'s status that are the signal (wait(2), WTERMSIG). */
const TERMSIG = 0x7f;

/** What a status as wait(2) gives it says. */
export function endingBy(status: number): Ending {
  const signal = status & TERMSIG;
  return signal === 0 ? { by: 'exit', code: status >> 8, signal: null } : { by: 'signal', code: null, signal };
}
