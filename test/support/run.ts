import { type SpawnOptions, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const PROGRAM = fileURLToPath(new URL('../../bin/leaksof.js', import.meta.url));

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  /** Exit code; null if a signal ended it. */
  readonly status: number | null;
}

export interface RunOptions {
  /** What is piped into stdin; without it stdin is /dev/null. */
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Locale and colour as a plain UTF-8 pipe has them, whatever the developer's shell says. */
const ENVIRONMENT = { LC_ALL: 'C.UTF-8', NO_COLOR: undefined, FORCE_COLOR: undefined, COLUMNS: undefined };

/** Runs the built program as a user would. */
export function leaksof(words: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return run(process.execPath, [PROGRAM, ...words], options);
}

/** Runs a line of sh in which `leaksof` is the built program. */
export function shell(line: string, options: RunOptions = {}): Promise<Ran> {
  const script = `leaksof() { '${process.execPath}' '${PROGRAM}' "$@"; }\n${line}`;
  return run('sh', ['-c', script], options);
}

export function run(file: string, words: readonly string[], { input, env, cwd }: RunOptions): Promise<Ran> {
  const settings: SpawnOptions = {
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...ENVIRONMENT, ...env },
    ...(cwd === undefined ? {} : { cwd }),
  };
  return new Promise((resolve, reject) => {
    const child = spawn(file, words, settings);
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (status) => resolve({ stdout, stderr, status }));
    // The program may refuse its input before it has read all of it.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}
