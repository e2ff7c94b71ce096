import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('./opener.py', import.meta.url));
const PYTHON = ['/usr/bin/python3', '/usr/local/bin/python3'].find((place) => existsSync(place)) ?? 'python3';

/** A process that opens exactly what it is told to, and counts its descriptors itself. */
export interface Opener {
  readonly pid: number;
  /** Descriptors it has, by its own account. */
  readonly total: number;
  /** Gives it a line (opener.py) and resolves with what it adds to the new total. */
  tell(line: string): Promise<string>;
  kill(): Promise<void>;
}

export async function startOpener(): Promise<Opener> {
  const child: ChildProcess = spawn(PYTHON, [PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] });
  if (!child.stdout || !child.stdin || child.pid === undefined) throw new Error('the opener has no pipes');
  const { stdin, pid } = child;
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let total = 0;
  const heard = async (): Promise<string> => {
    const { value = '' } = await lines.next();
    const [count, more = ''] = String(value).split(' ');
    total = Number(count);
    return more;
  };
  await heard();
  return {
    pid,
    get total() {
      return total;
    },
    async tell(line) {
      stdin.write(`${line}\n`);
      return heard();
    },
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
