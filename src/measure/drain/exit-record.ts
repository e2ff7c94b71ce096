import { ProcessEventStream } from '../../source/proc/event/process-event-stream.ts';
import type { Clock } from '../clock.ts';

/** The kernel's messages are some 0.01 s behind; on a busy machine the relay may have to wait. Looks of 0.02 s. */
const LOOKS = 25;
const LOOK = 0.02;

/**
 * How processes ended, as the kernel tells it (linux/cn_proc.h): a parent may take note of a child's end sooner than anybody can
 * look at it.
 */
export class ExitRecord {
  readonly #stream: ProcessEventStream;
  readonly #statuses = new Map<number, number>();

  private constructor(stream: ProcessEventStream) {
    this.#stream = stream;
  }

  /** Begins to listen; null where the kernel does not tell us. */
  static async open(): Promise<ExitRecord | null> {
    const stream = await ProcessEventStream.open();
    return typeof stream === 'string' ? null : new ExitRecord(stream);
  }

  /** Statuses as wait(2) gives them, by pid, of those that are known soon. */
  async of(pids: readonly number[], clock: Pick<Clock, 'wait'>): Promise<ReadonlyMap<number, number>> {
    const never = new AbortController().signal;
    for (let look = 0; ; look++) {
      for (const event of this.#stream.take()) if (event.what === 'exit') this.#statuses.set(event.pid, event.status);
      const missing = pids.some((pid) => !this.#statuses.has(pid));
      if (!missing || look === LOOKS || this.#stream.failure !== null) return this.#statuses;
      await clock.wait(LOOK, never);
    }
  }

  async close(): Promise<void> {
    await this.#stream.close();
  }
}
