/**
 * A share of one as whole percent: `91 %`. Rounded to the nearest, but what is not all never reads `100 %`
 * and something is never `0 %`.
 */
export function percentText(share: number): string {
  if (share > 0 && share < 0.01) return '<1 %';
  const percent = Math.round(share * 100);
  return `${share < 1 ? Math.min(99, percent) : percent} %`;
}
