import type { Client, Outcome } from './client.ts';

/** Requests counted as they end. */
export class LoadCount {
  sent = 0;
  ok = 0;
  failed = 0;
  /** Failed one after the other, up to now. */
  failedInRow = 0;
  /** Answers by status. */
  readonly answers = new Map<number, number>();
  readonly failures = new Map<string, number>();

  add(outcome: Outcome): void {
    this.sent++;
    if ('status' in outcome) {
      this.ok++;
      this.failedInRow = 0;
      this.answers.set(outcome.status, (this.answers.get(outcome.status) ?? 0) + 1);
    } else {
      this.failed++;
      this.failedInRow++;
      this.failures.set(outcome.failure, (this.failures.get(outcome.failure) ?? 0) + 1);
    }
  }

  /** Answers by which a server says that it is at fault (5xx). */
  get errors(): number {
    let errors = 0;
    for (const [status, count] of this.answers) if (status >= 500) errors += count;
    return errors;
  }
}

/**
 * Sends so many requests, `concurrency` at a time, each as soon as one before has ended.
 *
 * @param goOn asked after each request; false ends the run early
 */
export async function sendRequests(
  client: Client,
  requests: number,
  concurrency: number,
  count: LoadCount,
  goOn: () => boolean,
): Promise<void> {
  let left = requests;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left--;
      count.add(await client.send());
      if (!goOn()) left = 0;
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, requests) }, lane));
  await client.quiet();
}
