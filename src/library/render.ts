import type { Report } from '../model/report.ts';
import { VIEWS } from '../view/registry.ts';
import { SIMPLE_RULER } from '../view/ruler.ts';
import { PLAIN_STYLE, type Style } from '../view/style.ts';

export type RenderFormat = keyof typeof VIEWS;

export interface RenderOptions {
  /** Columns of a terminal; 80 where not given. */
  readonly width?: number;
  /** Colours for a terminal; none where not given. */
  readonly style?: Style;
  /** Only ASCII. */
  readonly ascii?: boolean;
}

/** A report as text: what the command of the same name prints with `--format`. */
export async function render(report: Report, format: RenderFormat, options: RenderOptions = {}): Promise<string> {
  const { width = 80, ascii = false, style = PLAIN_STYLE } = options;
  const view = await VIEWS[format]();
  const ruler = ascii ? SIMPLE_RULER : (await import('../view/unicode-ruler.ts')).UNICODE_RULER;
  return view(report, { width, ascii, style, ruler });
}
