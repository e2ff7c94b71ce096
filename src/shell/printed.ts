import { inspect } from 'node:util';
import type { Danfo } from '../columns/data-frame.ts';
import type { Report } from '../model/report.ts';
import { safeJson, safeText } from '../view/escape.ts';
import type { View, ViewOptions } from '../view/view.ts';
import { HELP_TEXT, help } from './help.ts';

export interface PrintOptions {
  readonly danfo: Danfo;
  /** The view that shows a report to people. */
  readonly view: View;
  readonly look: ViewOptions;
  readonly colors: boolean;
}

/** What the shell shows of a value: reports and frames as tables, the rest as Node does. Names in it cannot act on the terminal. */
export function printed(value: unknown, options: PrintOptions): string {
  if (typeof value === 'string') return safeLines(value);
  return special(value, options) ?? visible(inspect(value, { colors: options.colors, depth: 3 }));
}

/** What `--eval` prints: as the shell, but data is JSON and a string is itself, for the next program. Null for nothing. */
export function printedForScript(value: unknown, options: PrintOptions): string | null {
  if (value === undefined) return null;
  if (typeof value === 'string') return value;
  const shown = special(value, options);
  if (shown !== null) return shown;
  if (typeof value !== 'object' || value === null) return String(value);
  return safeJson(JSON.stringify(value, null, 2) ?? inspect(value));
}

function special(value: unknown, { danfo, view, look }: PrintOptions): string | null {
  if (value === help) return HELP_TEXT;
  if (isReport(value)) return view(value, look).trimEnd();
  if (value instanceof danfo.NDframe) return frameText(value);
  return null;
}

/** A DataFrame or a Series, as far as drawing goes. */
export interface Drawable {
  readonly shape: readonly number[];
  toString(): string;
}

/** danfo.js fails to draw a frame without rows. */
export function frameText(frame: Drawable): string {
  return frame.shape[0] === 0 ? 'no rows' : safeLines(frame.toString()).trimEnd();
}

function isReport(value: unknown): value is Report {
  return (
    typeof value === 'object' && value !== null && 'sections' in value && 'coverage' in value && 'command' in value
  );
}

function safeLines(text: string): string {
  return text.split('\n').map(safeText).join('\n');
}

/** `inspect` has escaped controls; what turns text round or hides it is left for here. */
function visible(text: string): string {
  return text.replace(/[\p{Cf}\p{Zl}\p{Zp}]/gu, safeText);
}
