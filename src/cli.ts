import type { EndSignal, ExitCode, Surroundings } from './command/definition.ts';
import { dispatch } from './command/dispatch.ts';
import { explain } from './command/explain.ts';

const SIGNALS: readonly (readonly [EndSignal, number])[] = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
];

/** Who wants to end in his own way, once: a second signal ends the program. */
let taker: ((signal: EndSignal) => void) | null = null;

/** The program: words in, exit code out. What a command does is imported when it is asked for. */
export async function main(argv: readonly string[]): Promise<void> {
  const around = surroundings();
  const fail = (error: unknown): ExitCode => explain(error, around, argv.includes('--debug'));
  // `exit` handlers remove temporary files; the default action would skip them.
  for (const [signal, code] of SIGNALS) {
    process.on(signal, () => {
      const take = taker;
      taker = null;
      if (take === null) process.exit(code);
      else take(signal);
    });
  }
  process.once('uncaughtException', (error) => process.exit(fail(error)));
  try {
    process.exitCode = await dispatch(argv, around);
  } catch (error) {
    process.exitCode = fail(error);
  }
}

/** Opening a stream takes milliseconds, so each is opened when it is asked for. */
function surroundings(): Surroundings {
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
    takeSignals(take) {
      taker = take;
      return () => {
        taker = null;
      };
    },
  };
}
