import { randomBytes } from 'node:crypto';
import { redactRows } from '../../analysis/redact/redact-rows.ts';
import { Redactor } from '../../analysis/redact/redactor.ts';
import { record } from '../../library/recording.ts';
import type { Source } from '../../model/source.ts';

/**
 * The same sources with tokens for everything private, under one random key that nobody keeps: what is equal in two of
 * them stays equal. Each is read whole before, so that a user's name is known wherever else it turns up.
 */
export async function redactedSources(sources: readonly Source[]): Promise<readonly Source[]> {
  const redactor = new Redactor(randomBytes(32));
  const recordings = [];
  for (const source of sources) recordings.push(await record(source));
  for (const recording of recordings) redactor.learnResult(recording.replay(redactor.learner()));
  return recordings.map((recording) => ({
    read: async (consumer) => redactor.result(recording.replay(redactRows(redactor, consumer))),
  }));
}
