/** Signals whose numbers are the same on every architecture of Linux but MIPS, Alpha and SPARC (signal(7)). */
const NAMES: readonly (readonly [number, string])[] = [
  [1, 'HUP'],
  [2, 'INT'],
  [3, 'QUIT'],
  [4, 'ILL'],
  [5, 'TRAP'],
  [6, 'ABRT'],
  [7, 'BUS'],
  [8, 'FPE'],
  [9, 'KILL'],
  [10, 'USR1'],
  [11, 'SEGV'],
  [12, 'USR2'],
  [13, 'PIPE'],
  [14, 'ALRM'],
  [15, 'TERM'],
  [16, 'STKFLT'],
  [17, 'CHLD'],
  [18, 'CONT'],
  [19, 'STOP'],
  [20, 'TSTP'],
  [21, 'TTIN'],
  [22, 'TTOU'],
  [23, 'URG'],
  [24, 'XCPU'],
  [25, 'XFSZ'],
  [26, 'VTALRM'],
  [27, 'PROF'],
  [28, 'WINCH'],
  [29, 'IO'],
  [30, 'PWR'],
  [31, 'SYS'],
];
/** Real-time signals go up to here. */
const LAST = 64;

/** `SIGTERM`; `signal 40` where it has no name. */
export function signalName(signal: number): string {
  const name = NAMES.find(([number]) => number === signal)?.[1];
  return name === undefined ? `signal ${signal}` : `SIG${name}`;
}

/** The number of `TERM`, `SIGTERM`, `sigterm` or `15`; null if that is no signal. */
export function signalNumber(word: string): number | null {
  if (/^\d{1,2}$/.test(word)) {
    const number = Number(word);
    return number >= 1 && number <= LAST ? number : null;
  }
  const name = word.toUpperCase().replace(/^SIG/, '');
  return NAMES.find(([, known]) => known === name)?.[0] ?? null;
}
