import { constants } from 'node:os';

/** How a process ended, as waitpid(2) encodes it: exit status times 256, or the signal, 128 added where it left a core. */
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
const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(constants.signals)
    .reverse()
    .map(([name, number]) => [number, name]),
);

export function waitStatus(status: number): WaitStatus {
  const signal = status & 0x7f;
  if (signal === 0) return { exitCode: (status >> 8) & 0xff, signal: null };
  return { exitCode: null, signal: NAMES.get(signal) ?? `signal ${signal}` };
}

export function endKind(status: WaitStatus | null): EndKind {
  if (status === null) return 'unknown';
  if (status.signal !== null) return ASKING.has(status.signal) ? 'stopped' : 'killed';
  if (status.exitCode === 0) return 'clean';
  const passedOn = NAMES.get((status.exitCode ?? 0) - SHELL);
  return passedOn !== undefined && ASKING.has(passedOn) ? 'stopped' : 'failed';
}

/** `status 1`, `SIGKILL`, `unknown`. */
export function statusText(status: WaitStatus | null): string {
  if (status === null) return 'unknown';
  return status.signal ?? `status ${status.exitCode}`;
}
