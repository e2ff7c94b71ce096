import type { ExitCode, Surroundings } from './command/definition.ts';
import { dispatch } from './command/dispatch.ts';
import { explain } from './command/explain.ts';

/** The program: words in, exit code out. What a command does is imported when it is asked for. */
export async function main(argv: readonly string[]): Promise<void> {
  const { stdin, stdout, stderr, env, platform } = process;
  const around: Surroundings = { stdin, stdout, stderr, env, platform, call: process.argv };
  const fail = (error: unknown): ExitCode => explain(error, around, argv.includes('--debug'));
  // `exit` handlers remove temporary files; the default action would skip them.
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.once(signal, () => process.exit(code));
  }
  process.once('uncaughtException', (error) => process.exit(fail(error)));
  try {
    process.exitCode = await dispatch(argv, around);
  } catch (error) {
    process.exitCode = fail(error);
  }
}
