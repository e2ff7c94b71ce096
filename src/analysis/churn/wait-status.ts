import { endByStatus, signalName } from '../../model/signal.ts';

/** How a process ended: by its exit status, or by a signal, named. */
export interface WaitStatus {
  readonly exitCode: number | null;
  readonly signal: string | null;
}

/**
 * What an end says: `clean` = exit status 0; `stopped` = by a signal that asks a process to go; `failed` = another exit status;
 * `killed` = by a signal that means a fault or allows no answer; `unknown` = nobody could tell.
 */
export type EndKind = 'clean' | 'stopped' | 'failed' | 'killed' | 'unknown';

/** Signals by which operators and managers ask a process to end (signal(7)). */
const ASKING: ReadonlySet<string> = new Set(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2']);
/** A shell's status for a command that a signal ended: 128 and the signal's number (POSIX, "Exit Status for Commands"). */
const SHELL = 128;

export function waitStatus(status: number): WaitStatus {
  const { exitCode, signal } = endByStatus(status);
  return { exitCode, signal: signal === null ? null : signalName(signal) };
}

export function endKind(status: WaitStatus | null): EndKind {
  if (status === null) return 'unknown';
  if (status.signal !== null) return ASKING.has(status.signal) ? 'stopped' : 'killed';
  if (status.exitCode === 0) return 'clean';
  return ASKING.has(signalName((status.exitCode ?? 0) - SHELL)) ? 'stopped' : 'failed';
}

/** `status 1`, `SIGKILL`, `unknown`. */
export function statusText(status: WaitStatus | null): string {
  if (status === null) return 'unknown';
  return status.signal ?? `status ${status.exitCode}`;
}
