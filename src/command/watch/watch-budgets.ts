import type { GuardBudget, GuardTimes } from '../../analysis/guard/budget.ts';
import { type HealthAddress, healthAddress } from '../../measure/guard/health.ts';
import { UsageError } from '../../model/error.ts';
import type { Invocation } from '../definition.ts';
import type { OptionValues } from '../line/option-values.ts';
import { bytesOf, pipeShare, rateOf, secondsOf, shareOf } from '../line/values.ts';

/** What is to be guarded, and who is told. */
export interface GuardWish {
  readonly budgets: readonly GuardBudget[];
  readonly times: GuardTimes;
  /** Program and words of the hook; empty = none. */
  readonly hook: readonly string[];
  /** Seconds that a hook has. */
  readonly hookTimeout: number;
  readonly health: HealthAddress | null;
}

/** Seconds, where the options do not say. */
const COOLDOWN = 30;
const HOOK_TIMEOUT = 10;
/** Beyond some 24 days a timer of Node rings at once. */
const LONGEST_HOOK = 86_400;

/** @throws UsageError for values that are none, and for options that have nothing to work on */
export function guardWishOf({ options }: Invocation): GuardWish {
  const budgets = [
    ...growthOf(options),
    ...utilisationOf(options),
    ...exitsOf(options),
    ...pipeOf(options),
    ...deletedOf(options),
    ...disksOf(options),
  ];
  const hook = options.texts('on-alert');
  const [sustained, cooldown, hookTimeout] = ['sustained', 'cooldown', 'hook-timeout'].map((name) =>
    options.number(name),
  );
  if (budgets.length === 0) {
    const alone = ['on-alert', 'sustained', 'cooldown'].find((name) => options.texts(name).length > 0);
    if (alone !== undefined) throw new UsageError(`--${alone} is for budgets.`, `--max-utilisation 90% --${alone} ...`);
  }
  if (hookTimeout != null && hook.length === 0) throw new UsageError('--hook-timeout is for --on-alert.');
  if (hookTimeout != null && (hookTimeout <= 0 || hookTimeout > LONGEST_HOOK)) {
    throw new UsageError('--hook-timeout wants a time above 0, and no more than a day.', '--hook-timeout 10s');
  }
  const length = options.number('for');
  if (sustained != null && length !== null && sustained >= length) {
    throw new UsageError(
      `--sustained ${sustained}s: in a watch of ${length} s no budget could ever be broken.`,
      '--for is the length of the watch; leave it out to watch without end',
    );
  }
  const health = options.text('health');
  return {
    budgets,
    times: { sustained: sustained ?? 0, cooldown: cooldown ?? COOLDOWN },
    hook,
    hookTimeout: hookTimeout ?? HOOK_TIMEOUT,
    health: health === null ? null : healthAddress(health),
  };
}

function growthOf(options: OptionValues): GuardBudget[] {
  return options.texts('max-growth').map((text): GuardBudget => {
    if (/^\d{1,9}$/.test(text)) return { kind: 'growth', limit: Number(text), per: null, folder: null };
    const { count, seconds } = rateOf('max-growth', text);
    return { kind: 'rate', limit: count, per: seconds, folder: null };
  });
}

function utilisationOf(options: OptionValues): GuardBudget[] {
  const limit = options.number('max-utilisation');
  return limit === null ? [] : [{ kind: 'utilisation', limit, per: null, folder: null }];
}

function exitsOf(options: OptionValues): GuardBudget[] {
  return options
    .rates('max-exits')
    .map(({ count, seconds }) => ({ kind: 'exits', limit: count, per: seconds, folder: null }));
}

function pipeOf(options: OptionValues): GuardBudget[] {
  const limit = pipeShare(options.number('max-pipe'));
  return limit === null ? [] : [{ kind: 'pipe', limit, per: null, folder: null }];
}

function deletedOf(options: OptionValues): GuardBudget[] {
  const limit = options.number('max-deleted');
  return limit === null ? [] : [{ kind: 'deleted', limit, per: null, folder: null }];
}

/** What is never less than nothing never rings, and nothing has more than all of it free. */
function disksOf(options: OptionValues): GuardBudget[] {
  return options.texts('min-disk').map((text) => {
    const budget = diskOf(text);
    if (budget.limit > 0 && (budget.kind !== 'disk-share' || budget.limit <= 1)) return budget;
    throw new UsageError(`--min-disk ${text}: no disk is ever there.`, `--min-disk ${budget.folder}=10%`);
  });
}

/** `DIR=1h`, `DIR=10%` or `DIR=5GB`: a number alone would be any of them. */
function diskOf(text: string): GuardBudget {
  const [, folder, least] = /^(.+)=([^=]+)$/s.exec(text) ?? [];
  if (folder === undefined || least === undefined) {
    throw new UsageError(`--min-disk ${text}: wants DIR=TIME, DIR=SHARE or DIR=BYTES.`, '--min-disk /var=1h');
  }
  if (least.endsWith('%')) {
    return { kind: 'disk-share', limit: shareOf('min-disk', least), per: null, folder };
  }
  if (/[a-z]$/.test(least)) return { kind: 'disk-time', limit: secondsOf('min-disk', least), per: null, folder };
  if (!/[A-Z]$/.test(least)) {
    throw new UsageError(`--min-disk ${text}: ${least} of what?`, `--min-disk ${folder}=1h, =10% or =5GB`);
  }
  return { kind: 'disk-bytes', limit: bytesOf('min-disk', least), per: null, folder };
}
