import { closeSync, openSync, writeSync } from 'node:fs';
import type { GateService } from '../../analysis/gate/gate-data.ts';
import { Child } from '../../measure/child/child.ts';
import { portHolders } from '../../measure/child/port-holders.ts';
import { type Readiness, type ReadyWish, waitUntilReady } from '../../measure/child/ready.ts';
import { type Stopped, type StopWish, stopChild } from '../../measure/child/stop.ts';
import { UsageError } from '../../model/error.ts';
import { readError } from '../../source/read-error.ts';
import type { Invocation } from '../definition.ts';
import type { Progress } from '../output/progress.ts';

/** Seconds. */
const READY_TIMEOUT = 60;
const GRACE = 10;
const NOTHING = { code: null, signal: null };

export interface Served<T> {
  readonly service: GateService;
  /** What the work gave; null if the service was never ready for it. */
  readonly result: T | null;
}

/** Starts the service that stands behind `--`, does some work once it is ready, and stops it whatever happens. */
export async function withService<T>(
  invocation: Invocation,
  ports: readonly number[],
  talk: Progress,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<Served<T>> {
  const { options, trailing, around } = invocation;
  const wish = readyWish(invocation, ports);
  const occupied = options.numbers('pid').length > 0 ? null : portHolders(ports);
  if (occupied !== null)
    return { service: serviceOf(trailing, { state: 'occupied', seconds: 0, missing: occupied }), result: null };
  const signal = around.interruption();
  const output = outputOf(invocation, talk);
  const child = await Child.start(trailing, { env: around.env, pass: output.pass });
  let readiness: Readiness;
  let result: T | null = null;
  let stopped: Stopped;
  let died = false;
  try {
    talk.say(`waiting until ${trailing[0]} is ready`);
    readiness = await waitUntilReady(child, wish, signal);
    if (readiness.state === 'ready') result = await work(signal);
    died = readiness.state === 'ready' && !signal.aborted && child.kin.sweep().length === 0;
  } finally {
    talk.say(`stopping ${trailing[0]}`);
    stopped = await stopChild(child, stopWish(invocation, signal));
    output.close();
  }
  const end = died || readiness.state === 'ended' ? (child.ended ?? NOTHING) : NOTHING;
  return {
    result,
    service: {
      ...serviceOf(trailing, readiness),
      died,
      exitCode: end.code,
      exitSignal: end.signal,
      lastOutput: readiness.state === 'ready' && !died ? [] : child.output.last,
      stopSeconds: stopped.seconds,
      killed: stopped.killed.map(named),
      strays: stopped.strays.map(named),
      left: stopped.left.map(named),
    },
  };
}

function serviceOf(
  command: readonly string[],
  readiness: Readiness | { readonly state: 'occupied'; readonly seconds: number; readonly missing: string },
): GateService {
  const { state, seconds } = readiness;
  return {
    command,
    state,
    missing: 'missing' in readiness ? readiness.missing : null,
    seconds,
    died: false,
    exitCode: null,
    exitSignal: null,
    lastOutput: [],
    stopSeconds: null,
    killed: [],
    strays: [],
    left: [],
  };
}

function named({ pid, command }: { readonly pid: number; readonly command: string }): { pid: number; command: string } {
  return { pid, command };
}

/** What is waited for: that somebody listens, unless something else was asked for. */
function readyWish({ options }: Invocation, ports: readonly number[]): ReadyWish {
  const url = options.text('ready-url');
  const log = options.text('ready-log');
  return {
    ports: url === null && log === null ? ports : [],
    url: url === null ? null : readyUrl(url),
    log: log === null ? null : regexOf(log),
    timeout: options.number('ready-timeout') ?? READY_TIMEOUT,
  };
}

function readyUrl(text: string): string {
  const whole = /^https?:\/\//.test(text) ? text : `http://${text.startsWith(':') ? '127.0.0.1' : ''}${text}`;
  if (!URL.canParse(whole))
    throw new UsageError(`--ready-url ${text}: is no URL.`, '--ready-url http://127.0.0.1:3000/health');
  return whole;
}

function regexOf(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    throw new UsageError(`--ready-log ${text}: is no regular expression.`, "--ready-log 'listening on'", {
      cause: error,
    });
  }
}

/** A signal that came to us goes to the service: it may know what it means. */
function stopWish({ options }: Invocation, signal: AbortSignal): StopWish {
  const asked = (options.text('stop-signal') ?? 'SIGTERM') as NodeJS.Signals;
  const came = signal.aborted && typeof signal.reason === 'string' ? (signal.reason as NodeJS.Signals) : null;
  return { signal: came ?? asked, grace: options.number('grace') ?? GRACE };
}

/** Where the service's output goes: stdout is the report's. */
function outputOf({ options, around }: Invocation, talk: Progress): { pass(bytes: Buffer): void; close(): void } {
  const file = options.text('log');
  if (file === null) {
    const quiet = options.flag('quiet');
    return {
      pass: (bytes) => {
        if (quiet) return;
        talk.done();
        around.stderr.write(bytes);
      },
      close: () => {},
    };
  }
  let descriptor: number;
  try {
    descriptor = openSync(file, 'w');
  } catch (error) {
    throw readError(file, error);
  }
  let open = true;
  return {
    pass: (bytes) => {
      if (open) writeSync(descriptor, bytes);
    },
    close: () => {
      open = false;
      closeSync(descriptor);
    },
  };
}
