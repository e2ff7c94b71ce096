import type { ProcessFact } from '../model/process.ts';
import { parseLimitLine } from './limit-line.ts';

/** A line that is understood and is no row. */
export interface OtherLine {
  readonly kind: 'blank' | 'warning' | 'prompt' | 'omission' | 'limits' | 'marker';
  /** A process's limits, for `limits` lines. */
  readonly fact?: ProcessFact;
  /** What the line says is missing from the listing, for warnings that say so. */
  readonly hidden?: string;
}

const BLANK: OtherLine = { kind: 'blank' };
const PROMPT: OtherLine = { kind: 'prompt' };
const OMISSION: OtherLine = { kind: 'omission' };
const MARKER: OtherLine = { kind: 'marker' };

/**
 * Recognises the lines that surround a listing in any dialect: stderr mixed in, shell prompts, `...`, limit lines.
 * Asked only for lines that are no row of the dialect, so it may be slow, but it must never claim a row.
 */
export function recogniseOther(line: string): OtherLine | null {
  const text = line.trim();
  if (text === '') return BLANK;
  const fact = parseLimitLine(text);
  if (fact) return { kind: 'limits', fact };
  if (/^lsof: /.test(text) || /^(?:Output information may be incomplete|assuming "dev=)/.test(text)) {
    const hidden = /may be incomplete|can't stat|may be hung|status error/.test(text) ? text : undefined;
    return hidden === undefined ? { kind: 'warning' } : { kind: 'warning', hidden };
  }
  if (/^={3,}$/.test(text)) return MARKER;
  if (/^(?:\.{3,}|…|\[\.{3}\]|省略.*)$/.test(text)) return OMISSION;
  if (/^(?:\S+@\S+[:~ ].*|\[[^\]]+@[^\]]+\])?\s*[$#%>❯] \S/.test(text) || /^\^C/.test(text)) return PROMPT;
  return null;
}
