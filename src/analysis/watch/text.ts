import type { Estimate } from '../statistics/interval.ts';

/** A number with as many digits as say something. */
export function figure(value: number): string {
  const size = Math.abs(value);
  const text = size >= 100 ? value.toFixed(0) : size >= 10 ? value.toFixed(1) : value.toFixed(2);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** `60 [59, 61]`. */
export function speedText({ estimate, low, high }: Estimate): string {
  return `${figure(estimate)} [${figure(low)}, ${figure(high)}]`;
}

export function signed(value: number): string {
  return value > 0 ? `+${value}` : String(value);
}
