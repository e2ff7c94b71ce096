const UNITS = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
] as const;

/** Seconds as people read them: `3.2 s`, `15 min`, `2.5 h`, `40 d`. */
export function durationText(seconds: number): string {
  for (const [length, unit] of UNITS) {
    if (seconds < length) continue;
    const count = seconds / length;
    return `${count >= 10 || Number.isInteger(count) ? Math.round(count) : count.toFixed(1)} ${unit}`;
  }
  return `${seconds.toFixed(seconds < 10 && !Number.isInteger(seconds) ? 1 : 0)} s`;
}
