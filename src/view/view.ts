import type { Report } from '../model/report.ts';
import type { Ruler } from './ruler.ts';
import type { Style } from './style.ts';

export interface ViewOptions {
  /** Columns of the terminal; 80 where there is none. */
  readonly width: number;
  /** Only ASCII can be shown. */
  readonly ascii: boolean;
  readonly style: Style;
  /** Measures the report's text. */
  readonly ruler: Ruler;
}

/** A pure function from a report to its text in one format, the last line ended. */
export type View = (report: Report, options: ViewOptions) => string;
