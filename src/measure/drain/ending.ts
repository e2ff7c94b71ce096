import type { Ending } from '../../analysis/drain/observation.ts';
import { endByStatus } from '../../model/signal.ts';

/** What a status as waitpid(2) gives it says of an end. */
export function endingBy(status: number): Ending {
  const { exitCode, signal } = endByStatus(status);
  return { by: signal === null ? 'exit' : 'signal', code: exitCode, signal };
}
