import type { ExitCode, Surroundings } from './command/definition.ts';
import { dispatch } from './command/dispatch.ts';
import { explain } from './command/help/explain.ts';
import { calmExit } from './command/output/calm-exit.ts';

/** From so many milliseconds on a run may have functions that became hot a moment ago, and nobody misses a tenth of a second. */
const LONG_RUN = 2000;

/** The program: words in, exit code out. What a command does is imported when it is asked for. */
export async function main(argv: readonly string[]): Promise<void> {
  const interruption = new Interruption();
  const around = surroundings(interruption);
  const fail = (error: unknown): ExitCode => explain(error, around, argv.includes('--debug'));
  process.once('uncaughtException', (error) => process.exit(fail(error)));
  try {
    process.exitCode = await dispatch(argv, around);
    if (performance.now() > LONG_RUN) await calmExit();
  } catch (error) {
    process.exitCode = fail(error);
  }
}

/** The first signal goes to a command that asked for it; any other ends the program. */
class Interruption {
  #listener: AbortController | null = null;

  constructor() {
    // `exit` handlers remove temporary files; the default action would skip them.
    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
      ['SIGHUP', 129],
    ] as const) {
      process.on(signal, () => {
        if (this.#listener === null || this.#listener.signal.aborted) process.exit(code);
        this.#listener.abort(signal);
      });
    }
  }

  listen(): AbortSignal {
    this.#listener ??= new AbortController();
    return this.#listener.signal;
  }
}

/** Opening a stream takes milliseconds, so each is opened when it is asked for. */
function surroundings(interruption: Interruption): Surroundings {
  return {
    get stdin() {
      return process.stdin;
    },
    get stdout() {
      return process.stdout;
    },
    get stderr() {
      return process.stderr;
    },
    env: process.env,
    platform: process.platform,
    call: process.argv,
    interruption: () => interruption.listen(),
  };
}
