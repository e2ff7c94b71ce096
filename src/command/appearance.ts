import { PLAIN_STYLE, type Style } from '../view/style.ts';
import type { ViewOptions } from '../view/view.ts';
import type { Surroundings } from './definition.ts';

/** Narrower than this a table says nothing; wider than this nobody's eye follows a row. */
const NARROWEST = 40;
const WIDEST = 200;

/** Width, character set and colour of what goes to stdout. Anything but a terminal gets 80 plain columns. */
export async function appearance(around: Surroundings, noColor: boolean, toFile: boolean): Promise<ViewOptions> {
  const { stdout, env } = around;
  const terminal = stdout.isTTY === true && !toFile;
  const wished = Number(env.COLUMNS) || (terminal ? stdout.columns : undefined) || 80;
  return {
    width: Math.min(WIDEST, Math.max(NARROWEST, wished)),
    ascii: !isUtf8(env),
    style: toFile ? PLAIN_STYLE : await styleOf(colourLevel(terminal, env, noColor)),
  };
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
