import type { ExitCode, Surroundings } from './command/definition.ts';
import { dispatch } from './command/dispatch.ts';

/** The program: words in, exit code out. What a command does is imported when it is asked for. */
export async function main(argv: readonly string[]): Promise<void> {
  const { stdin, stdout, stderr, env, platform } = process;
  const around: Surroundings = { stdin, stdout, stderr, env, platform };
  const fail = async (error: unknown): Promise<ExitCode> => {
    const { explain } = await import('./command/explain.ts');
    return explain(error, around, argv.includes('--debug'));
  };
  // `exit` handlers remove temporary files; the default action would skip them.
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.once(signal, () => process.exit(code));
  }
  process.once('uncaughtException', (error) => {
    fail(error).then((code) => process.exit(code));
  });
  try {
    process.exitCode = await dispatch(argv, around);
  } catch (error) {
    process.exitCode = await fail(error);
  }
}
