import type { FollowWish } from '../../measure/drain/follower.ts';
import { ancestorsOf, type Member } from '../../measure/drain/roster.ts';
import { LeaksofError, UsageError } from '../../model/error.ts';
import { signalNumber } from '../../model/signal.ts';
import type { Invocation } from '../definition.ts';

/** Seconds, where the options do not say. */
const GRACE = 30;
const BEFORE = 1;
const TERM = 15;
const INIT = 1;

export interface DrainWish extends FollowWish {
  /** Whether anything is followed. */
  readonly followed: boolean;
  /** The signal that the answer is about. */
  readonly about: number;
}

/** @throws UsageError for options that do not fit together */
export function drainWish({ options, around }: Invocation): DrainWish {
  if (around.platform !== 'linux') {
    throw new LeaksofError(`drain watches processes through /proc, which ${around.platform} does not have.`, null, 2);
  }
  const word = options.text('send');
  const signal = word === null ? null : signalNumber(word);
  if (word !== null && signal === null) throw new UsageError(`--send ${word}: no such signal.`, '--send TERM');
  const follow = options.flag('follow');
  if (follow && signal !== null) {
    throw new UsageError('--send and --follow: one of them, not both.', 'with --follow somebody else sends the signal');
  }
  for (const [option, given, needs, there] of [
    ['kill', options.flag('kill'), 'send', signal !== null],
    ['before', options.number('before') !== null, 'send', signal !== null],
    ['for', options.number('for') !== null, 'follow', follow],
    ['grace', options.number('grace') !== null, 'send or --follow', signal !== null || follow],
  ] as const) {
    if (given && !there) throw new UsageError(`--${option} is for --${needs}.`);
  }
  return {
    followed: signal !== null || follow,
    about: signal ?? TERM,
    signal,
    before: options.number('before') ?? BEFORE,
    grace: options.number('grace') ?? GRACE,
    kill: options.flag('kill'),
    patience: options.number('for'),
  };
}

/**
 * Refuses what a signal must not be sent to.
 *
 * @param members whom the word means; empty where that is not known yet
 * @throws UsageError
 */
export function refuseTarget(root: string, word: string, members: readonly Member[]): void {
  const asked = members.filter(({ role }) => role === 'asked');
  if (Number(word) === process.pid) throw new UsageError('That is leaksof itself: no signal is sent to it.');
  if (Number(word) === INIT || asked.some(({ pid }) => pid === INIT)) {
    throw new UsageError('Process 1 is the init of this machine or container: no signal is sent to it.');
  }
  const above = ancestorsOf(root, process.pid);
  const own = asked.find(({ pid }) => above.includes(pid));
  if (own) {
    throw new UsageError(
      `leaksof runs below ${own.command} ${own.pid}, and would end with it: no signal is sent.`,
      `from elsewhere: leaksof drain ${own.pid} --send ...`,
    );
  }
  if (asked.length > 1) {
    const pids = asked.map(({ pid }) => pid).join(', ');
    throw new UsageError(
      `${word} means ${asked.length} processes, none of which descends from another: ${pids}.`,
      `name one by its pid: leaksof drain ${asked[0].pid} --send ...`,
    );
  }
}
