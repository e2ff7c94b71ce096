import type { Clock } from '../measure/clock.ts';
import { UsageError } from '../model/error.ts';
import { safeText } from '../view/escape.ts';
import type { ExitCode, Surroundings } from './definition.ts';
import { ClosedPipe } from './output/output.ts';

interface Looking {
  /** Seconds from the beginning of one look to that of the next. */
  readonly every: number;
  readonly clock: Clock;
  readonly stop: AbortSignal;
  readonly around: Pick<Surroundings, 'stderr'>;
  /** Looks and answers; returns the exit code of that look. */
  readonly look: () => Promise<ExitCode>;
  /** Called before each further look, once one has succeeded. */
  readonly between?: () => void;
}

/**
 * Looks again and again until it is interrupted, or nobody reads on; returns the code of the last look. A look that fails is
 * reported and does not end it, but for a wrong call that shows at the first one.
 */
export async function lookAgain({ every, clock, stop, around, look, between }: Looking): Promise<ExitCode> {
  let code: ExitCode = 0;
  let succeeded = false;
  for (;;) {
    const began = clock.now().seconds;
    try {
      code = await look();
      succeeded = true;
    } catch (error) {
      if (error instanceof ClosedPipe) return code;
      if (!succeeded && error instanceof UsageError) throw error;
      // One bad look does not end the loop, whatever it was: that is what the loop is for.
      code = 3;
      const message = error instanceof Error ? error.message : String(error);
      around.stderr.write(`leaksof: ${safeText(message.replace(/\.$/, ''))}; looking again\n`);
    }
    await clock.wait(Math.max(0, every - (clock.now().seconds - began)), stop);
    if (stop.aborted) return code;
    if (succeeded) between?.();
  }
}
