import type { Report } from '../../model/report.ts';
import { isSimple, type Ruler, SIMPLE_RULER } from '../../view/ruler.ts';
import { PLAIN_STYLE, type Style } from '../../view/style.ts';
import type { ViewOptions } from '../../view/view.ts';
import type { Surroundings } from '../definition.ts';

/** Narrower than this a table says nothing; wider than this nobody's eye follows a row. */
const NARROWEST = 40;
const WIDEST = 200;

/**
 * Width, character set and colour of what goes to stdout. Anything but a terminal gets 80 plain columns.
 *
 * @param report what will be shown, if that is known: most reports need no knowledge of wide characters, which is slow to load
 */
export async function appearance(
  around: Surroundings,
  noColor: boolean,
  toFile: boolean,
  report: Report | null = null,
): Promise<ViewOptions> {
  const { stdout, env } = around;
  const terminal = stdout.isTTY === true && !toFile;
  const wished = Number(env.COLUMNS) || (terminal ? stdout.columns : undefined) || 80;
  const ascii = !isUtf8(env);
  return {
    width: Math.min(WIDEST, Math.max(NARROWEST, wished)),
    ascii,
    style: toFile ? PLAIN_STYLE : await styleOf(colourLevel(terminal, env, noColor)),
    ruler: ascii ? SIMPLE_RULER : await rulerFor(report),
  };
}

function labelsOf({ sections, findings, coverage }: Report): string {
  return JSON.stringify([sections, findings.map(({ message }) => message), coverage.hidden]);
}

/** The ruler for all text that a view may line up; for any text where the report is not known yet. Most reports are simple, and measuring others takes 20 ms to load. */
async function rulerFor(report: Report | null): Promise<Ruler> {
  if (report && isSimple(labelsOf(report))) return SIMPLE_RULER;
  return (await import('../../view/unicode-ruler.ts')).UNICODE_RULER;
}

/** The locale's character set as libc finds it: the first that is set of LC_ALL, LC_CTYPE, LANG. */
export function isUtf8(env: Surroundings['env']): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  return /utf-?8/i.test(locale);
}

/**
 * 0 = none, 1 = sixteen colours. `--no-color`, then a non-empty NO_COLOR, then FORCE_COLOR decide;
 * chalk reads only the last of these by itself.
 */
export function colourLevel(terminal: boolean, env: Surroundings['env'], noColor: boolean): 0 | 1 {
  if (noColor || env.NO_COLOR) return 0;
  const force = env.FORCE_COLOR;
  if (force !== undefined) return force === '0' || force === 'false' ? 0 : 1;
  return terminal && env.TERM !== 'dumb' ? 1 : 0;
}

async function styleOf(level: 0 | 1): Promise<Style> {
  if (level === 0) return PLAIN_STYLE;
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level });
  return {
    strong: (text) => chalk.bold(text),
    faint: (text) => chalk.dim(text),
    critical: (text) => chalk.red(text),
    warning: (text) => chalk.yellow(text),
    good: (text) => chalk.green(text),
    command: (text) => chalk.cyan(text),
  };
}
