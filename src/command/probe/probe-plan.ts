import { readFileSync } from 'node:fs';
import { type RequestPlan, requestPlan } from '../../measure/load/request-plan.ts';
import type { ProbeSettings } from '../../measure/probe/settings.ts';
import type { Also } from '../../measure/target/target.ts';
import { UsageError } from '../../model/error.ts';
import { readError } from '../../source/read-error.ts';
import type { Invocation } from '../definition.ts';
import type { OptionValues } from '../line/option-values.ts';

/** Where the options do not say: requests, and seconds. */
const REQUESTS = 5000;
const SETTLE = 3;
const DEADLINE = 15;
const TIMEOUT = 10;

/** The requests that the words and options ask for: with `--keep-alive` each URL twice. */
export function requestPlans(urls: readonly string[], options: OptionValues): RequestPlan[] {
  const wish = {
    method: options.text('method')?.toUpperCase() ?? null,
    headers: options.texts('header'),
    body: bodyOf(options.text('data')),
  };
  return urls.flatMap((url) => [
    requestPlan(url, { ...wish, keepAlive: false }),
    ...(options.flag('keep-alive') ? [requestPlan(url, { ...wish, keepAlive: true })] : []),
  ]);
}

function bodyOf(text: string | null): Buffer | null {
  if (text === null) return null;
  if (!text.startsWith('@')) return Buffer.from(text);
  const path = text.slice(1);
  try {
    return readFileSync(path === '-' ? 0 : path);
  } catch (error) {
    throw readError(path, error);
  }
}

export function probeSettings(
  { options }: Pick<Invocation, 'options'>,
  signal: AbortSignal,
  say: (text: string) => void,
): ProbeSettings {
  const settle = options.number('settle') ?? SETTLE;
  const deadline = options.number('deadline') ?? Math.max(DEADLINE, settle * 2 + DEADLINE / 2);
  if (settle >= deadline) {
    throw new UsageError(
      `--settle ${settle}s leaves no time for requests within ${deadline}s.`,
      `--deadline ${settle * 2 + 10}s`,
    );
  }
  return {
    root: '/proc',
    requests: options.number('requests') ?? REQUESTS,
    settle,
    deadline,
    patient: options.number('deadline') === null,
    timeout: options.number('timeout') ?? TIMEOUT,
    concurrency: options.number('concurrency'),
    toLimit: options.flag('to-limit'),
    pids: options.numbers('pid'),
    also: options.texts('also').map(alsoOf),
    allowRemote: options.flag('allow-remote'),
    signal,
    say,
  };
}

function alsoOf(text: string): Also {
  const [, colon, digits] = /^(:?)(\d{1,9})$/.exec(text) ?? [];
  if (digits === undefined) throw new UsageError(`--also ${text}: wants a PID or :PORT.`);
  return colon === ':' ? { port: Number(digits) } : { pid: Number(digits) };
}
