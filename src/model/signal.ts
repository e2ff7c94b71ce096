import { constants } from 'node:os';

/** Real-time signals go up to here (signal(7)). */
const LAST = 64;

/** Of several names for one number the first counts: SIGABRT and not SIGIOT, SIGIO and not SIGPOLL. */
const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(constants.signals)
    .reverse()
    .map(([name, number]) => [number, name]),
);
const NUMBERS: ReadonlyMap<string, number> = new Map([...NAMES].map(([number, name]) => [name, number]));

/** `SIGTERM`; `signal 40` where it has no name. */
export function signalName(signal: number): string {
  return NAMES.get(signal) ?? `signal ${signal}`;
}

/** The number of `TERM`, `SIGTERM`, `sigterm` or `15`; null if that is no signal. */
export function signalNumber(word: string): number | null {
  if (/^\d{1,2}$/.test(word)) {
    const number = Number(word);
    return number >= 1 && number <= LAST ? number : null;
  }
  return NUMBERS.get(`SIG${word.toUpperCase().replace(/^SIG/, '')}`) ?? null;
}

/** What a status as waitpid(2) gives it says: exit status times 256, or the signal, 128 added where it left a core. */
export function endByStatus(status: number): { readonly exitCode: number | null; readonly signal: number | null } {
  const signal = status & 0x7f;
  return signal === 0 ? { exitCode: (status >> 8) & 0xff, signal: null } : { exitCode: null, signal };
}
