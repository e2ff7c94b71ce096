import { type Dress, type DressRule, HEADER, share } from './dress.ts';
import { rowStart } from './row-start.ts';

/** Lines whose front is looked at for what all have in common. */
const EXEMPLARS = 40;
/** Lines that must have the same shape in front. */
const COMMON = 0.6;
/** Longest front that is looked at. */
const LONGEST = 200;
/** Signs of quoting and indents: the dialects know these. */
const SIGNS_ONLY = /^[ \t>#+|*$%:-]*$/;
/** What ends a front, or makes it one: a sign of the program that wrote it, or a time of day. */
const CLOSED = /(?:[:|\])}>-]|[^\x20-\x7e])[ \t]*$/;
const CLOCK = /\d:\d\d|\d{9}|\d\.\d{3}/;

/**
 * One front of one shape before every row: what syslog, journald, docker, kubectl, ansible and log libraries write there.
 * The header tells where it ends, or else the rows: the first place from which the line reads as a row.
 */
export const prefix: DressRule = (lines) => {
  const header = lines.find((line) => HEADER.test(line));
  const fronts = header === undefined ? frontsOfRows(lines) : [header.slice(0, header.search(HEADER))];
  let best: RegExp | null = null;
  let most = 0;
  const tried = new Set<string>();
  for (const front of fronts) {
    if (!isFront(front)) continue;
    const shape = shapeOf(front);
    if (tried.has(shape)) continue;
    tried.add(shape);
    const pattern = new RegExp(`^${shape}(?=\\S|$)`);
    const common = share(lines, (line) => pattern.test(line));
    if (common <= most) continue;
    best = pattern;
    most = common;
  }
  return best && most >= COMMON ? stripping(best) : null;
};

function stripping(pattern: RegExp): Dress {
  return { bare: (line) => line.replace(pattern, '') };
}

/** What stands in front of the rows, unless as many begin their line. */
function frontsOfRows(lines: readonly string[]): string[] {
  const fronts: string[] = [];
  let bare = 0;
  for (const line of lines.slice(0, EXEMPLARS)) {
    const at = rowStart(line);
    if (at < 0) continue;
    const front = line.slice(0, at);
    if (SIGNS_ONLY.test(front)) bare++;
    else fronts.push(front);
  }
  return bare < fronts.length ? fronts : [];
}

function isFront(front: string): boolean {
  return front.length <= LONGEST && !SIGNS_ONLY.test(front) && (CLOSED.test(front) || CLOCK.test(front));
}

/** A pattern for fronts like this one: numbers for numbers, words for words, every other sign for itself. */
function shapeOf(front: string): string {
  const end = front.trimEnd().length;
  let shape = '[ \\t]*';
  for (const [token] of front
    .slice(0, end)
    .trimStart()
    .matchAll(/[\w./-]+|[ \t]+|[^\w./\s-]/g)) {
    if (/^\d+$/.test(token)) shape += '\\d+';
    else if (/^[\w./-]+$/.test(token)) shape += '[\\w./-]+';
    else if (/^[ \t]+$/.test(token)) shape += /[\w\]]$/.test(shape) ? '[ \\t]+' : '[ \\t]*';
    else shape += escaped(token);
  }
  return shape + escaped(front.slice(end));
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
