import { existsSync } from 'node:fs';
import type { WatchWish } from '../../measure/watch/choice.ts';
import { CouldNotTellError, UsageError } from '../../model/error.ts';
import type { Invocation } from '../definition.ts';

/** Whom the words and options mean. */
export function wishOf({ words, options, trailing }: Invocation): Omit<WatchWish, 'job'> {
  const pids = [...options.numbers('pid')];
  const labels = [...options.texts('command')];
  const ports = [...options.numbers('port')];
  for (const word of words) {
    if (/^\d{1,10}$/.test(word)) pids.push(Number(word));
    else if (/^:\d{1,5}$/.test(word)) ports.push(Number(word.slice(1)));
    else labels.push(word);
  }
  const wish = { pids, labels, ports, users: options.texts('user'), tree: options.flag('tree') };
  const chosen = pids.length + labels.length + ports.length + wish.users.length > 0;
  if (trailing.length > 0 && chosen) throw new UsageError('PROCESS and -- COMMAND: one of them, not both.');
  return wish;
}

/** Of the pids that were asked for, those that are not there. */
export function missingPids({ pids, labels, ports }: Omit<WatchWish, 'job'>, root: string): readonly number[] {
  const missing = pids.filter((pid) => !existsSync(`${root}/${pid}`));
  if (missing.length > 0 && missing.length === pids.length && labels.length + ports.length === 0) {
    throw new CouldNotTellError(`There is no process ${missing.join(', ')}.`, 'leaksof rank --live');
  }
  return missing;
}

/** The wish in words, for people and for the header of a series. */
export function wishText(
  { pids, labels, users, ports, tree }: Omit<WatchWish, 'job'>,
  job: readonly string[] | null,
): string {
  if (job !== null) return job.join(' ');
  const chosen = [...pids.map(String), ...labels, ...ports.map((port) => `:${port}`)];
  const whom = chosen.length === 0 ? 'every process' : `${chosen.join(', ')}${tree ? ' and descendants' : ''}`;
  return users.length === 0 ? whom : `${whom} of ${users.join(', ')}`;
}
