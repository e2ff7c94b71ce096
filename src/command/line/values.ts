import { UsageError } from '../../model/error.ts';
import type { Rate } from '../../model/rate.ts';

/** `80%`, `80 %` or `0.8` as a part of one. */
export function shareOf(name: string, text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(text);
  const number = Number(match?.[1]);
  if (!match || !Number.isFinite(number)) throw new UsageError(`--${name} ${text}: wants a share such as 80% or 0.8.`);
  if (match[2] === '' && number > 1) throw new UsageError(`--${name} ${text}: is that ${text}%?`, `--${name} ${text}%`);
  return match[2] === '%' ? number / 100 : number;
}

/** A share that a pipe can exceed: without a free page it counts as whole, and more there is not. */
export function pipeShare(limit: number | null): number | null {
  if (limit === null || limit < 1) return limit;
  throw new UsageError('--max-pipe: no pipe is ever fuller than 100%.', '--max-pipe 90%');
}

const SECONDS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, min: 60, h: 3600, d: 86_400 };

/** `500ms`, `3s`, `2m`, `1h30m` or plain seconds, as seconds. */
export function secondsOf(name: string, text: string): number {
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text);
  if (!/^(?:\d+(?:\.\d+)?(?:ms|min|[smhd]))+$/.test(text)) {
    throw new UsageError(`--${name} ${text}: wants a time such as 3s, 500ms or 2m.`);
  }
  return [...text.matchAll(/([\d.]+)([a-z]+)/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * SECONDS[unit as string],
    0,
  );
}

/** `10/90s`, `5/min`, `5/1m30s`: a whole number in a time, of which the unit alone means one. */
export function rateOf(name: string, text: string): Rate {
  const [, digits = '', time = ''] = /^(\d{1,9})\/(.+)$/.exec(text) ?? [];
  const seconds = digits === '' ? 0 : secondsOf(name, SECONDS[time] === undefined ? time : `1${time}`);
  if (seconds <= 0) throw new UsageError(`--${name} ${text}: wants a number in a time.`, `--${name} 10/90s`);
  return { count: Number(digits), seconds };
}

/** `10GB` and `10kB` count by 1000, `10GiB` and `10G` by 1024, as GNU's tools have it. */
export function bytesOf(name: string, text: string): number {
  const match = /^(\d{1,15}(?:\.\d+)?) ?(?:([kKMGTP])(B|iB)?|B)?$/.exec(text);
  if (!match) throw new UsageError(`--${name} ${text}: wants a size such as 10GB, 1.5GiB or 4096.`);
  const [, count, unit, suffix] = match;
  const power = unit === undefined ? 0 : 'KMGTP'.indexOf(unit.toUpperCase()) + 1;
  return Math.round(Number(count) * (suffix === 'B' ? 1000 : 1024) ** power);
}
