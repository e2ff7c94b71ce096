import type { SeriesSection } from '../model/report.ts';
import type { ViewOptions } from './view.ts';
import { shorten } from './width.ts';

/** Lines of text that a plot is high, and columns that it is wide at most. */
const HEIGHT = 5;
const WIDTH = 60;
const BLOCKS = ' ▁▂▃▄▅▆▇█';

/** Numbers over time or load as a small plot: columns of blocks from the lowest value to the highest, with both axes named. */
export function plotLines(
  { title, x, y }: SeriesSection,
  options: ViewOptions,
  tell: (text: string) => string,
): string[] {
  const points = y.values.flatMap((value, i) => (value === null ? [] : [{ x: x.values[i] ?? i, y: value }]));
  const heading = shorten(tell(title), options.width, options.ascii ? '...' : '…', options.ruler);
  if (points.length === 0) return [heading, '  no values'];
  const [low, high] = [Math.min(...points.map((point) => point.y)), Math.max(...points.map((point) => point.y))];
  const labels = [String(high), String(low)];
  const margin = Math.max(...labels.map((label) => label.length));
  const width = Math.max(10, Math.min(WIDTH, options.width - margin - 6));
  const heights = columnsOf(points, width).map((value) =>
    value === null ? null : high === low ? 1 : 1 + Math.round(((value - low) / (high - low)) * (HEIGHT * 8 - 1)),
  );
  const rows = Array.from({ length: HEIGHT }, (_, row) => {
    const base = (HEIGHT - 1 - row) * 8;
    const label = row === 0 ? String(high) : row === HEIGHT - 1 ? String(low) : '';
    const bar = heights
      .map((height) => blockOf(height === null ? 0 : Math.min(8, height - base), options.ascii))
      .join('');
    return `  ${label.padStart(margin)} ${bar}`.trimEnd();
  });
  const [first, last] = [String(points[0]?.x ?? 0), `${points.at(-1)?.x ?? 0} ${tell(x.title)}`];
  const gap = ' '.repeat(Math.max(1, width - first.length - last.length));
  // A level line is one row of blocks: the empty ones above say nothing.
  const shown = high === low ? rows.slice(-1) : rows;
  return [heading, ...shown, `  ${' '.repeat(margin)} ${first}${gap}${last}`];
}

/** The value at each of `width` places of the x axis: the last one known there. */
function columnsOf(points: readonly { readonly x: number; readonly y: number }[], width: number): (number | null)[] {
  const [from, to] = [points[0]?.x ?? 0, points.at(-1)?.x ?? 0];
  const step = (to - from) / Math.max(1, width - 1);
  let at = 0;
  return Array.from({ length: width }, (_, column) => {
    const place = from + column * step;
    while (at + 1 < points.length && (points[at + 1]?.x ?? 0) <= place + step / 1e6) at++;
    return points[at]?.y ?? null;
  });
}

/** Eighths of a line from below; ASCII has halves. */
function blockOf(eighths: number, ascii: boolean): string {
  const filled = Math.max(0, eighths);
  if (!ascii) return BLOCKS[filled] ?? ' ';
  return filled === 0 ? ' ' : filled <= 4 ? '.' : '#';
}
