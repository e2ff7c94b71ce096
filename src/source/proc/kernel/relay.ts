import type { ChildProcess } from 'node:child_process';
import { childProcess } from './child-process.ts';
import { perlPath } from './perl.ts';

/**
 * A perl script that runs beside us, asks the kernel for what Node cannot, and ends when its stdin does. It is in a session of
 * its own: Ctrl-C is meant for us, and the relay has to answer until we end.
 */
export class Relay {
  readonly child: ChildProcess;
  readonly #ended: Promise<void>;

  private constructor(child: ChildProcess) {
    this.child = child;
    this.#ended = new Promise((resolve) => child.once('close', () => resolve()));
  }

  /** Null where there is no perl. */
  static start(script: string, words: readonly string[] = []): Relay | null {
    const path = perlPath();
    if (path === null) return null;
    const child = childProcess().spawn(path, ['-e', script, '--', ...words], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: {},
      detached: true,
    });
    return new Relay(child);
  }

  async close(): Promise<void> {
    this.child.stdin?.end();
    // Whoever was never started never ends.
    if (this.child.pid !== undefined) await this.#ended;
  }
}
