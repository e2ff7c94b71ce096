/** So many in so long a time: a limit on what happens within any such span, wherever it begins. */
export interface Rate {
  readonly count: number;
  /** Above 0. */
  readonly seconds: number;
}

const UNITS = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
] as const;

/** As an option takes it, in the largest unit that is whole: `10/90s`, `5/min`, `3/2h`. */
export function rateText({ count, seconds }: Rate): string {
  const [length, unit] = UNITS.find(([size]) => seconds % size === 0) ?? [1, 's'];
  const units = seconds / length;
  return `${count}/${units === 1 ? '' : units}${unit}`;
}
