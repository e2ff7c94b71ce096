import { Buffer } from 'node:buffer';
import { sampleOf, surest } from '../detect.ts';
import type { Sample } from '../dialect.ts';
import { DIALECTS } from '../registry.ts';
import { backslash } from './backslash.ts';
import { diff } from './diff.ts';
import type { Dress, DressRule } from './dress.ts';
import { fence } from './fence.ts';
import { grep } from './grep.ts';
import { lineEnd } from './line-end.ts';
import { literal } from './literal.ts';
import { numbers } from './numbers.ts';
import { page } from './page.ts';
import { prefix } from './prefix.ts';
import { realigned } from './realigned.ts';
import { runTogether } from './run-together.ts';
import { jsonLog, strings } from './string.ts';
import { table } from './table.ts';
import { tabs } from './tabs.ts';
import { wideBlanks } from './wide-blanks.ts';

/** Every kind of dress, the outermost first. */
const RULES: readonly DressRule[] = [
  jsonLog,
  strings,
  literal,
  lineEnd,
  fence,
  diff,
  page,
  wideBlanks,
  grep,
  numbers,
  prefix,
  table,
  tabs,
  realigned,
  backslash,
  runTogether,
];

/** Lines that are looked at. */
const LINES = 200;
/** Longest line among them that is. */
const LONGEST = 1 << 16;
/** Dresses worn over one another. */
const LAYERS = 4;
/** How sure some dialect must be of what is underneath. */
const SURE = 0.3;

/**
 * What the lines of an input were put into, outermost first; none for what a lister wrote to a file. A dress is believed only
 * if some dialect is as sure of the lines without it as the surest was of the lines with it.
 */
export function dressesOf(sample: Sample): Dress[] {
  const worn: Dress[] = [];
  let lines = sample.lines.slice(0, LINES);
  let certainty = -1;
  for (const rule of RULES) {
    if (worn.length >= LAYERS) break;
    const dress = rule(
      lines.filter((line) => line.trim() !== '' && line.length <= LONGEST),
      sample,
    );
    if (!dress) continue;
    if (certainty < 0) certainty = sureOf(lines);
    const bare = lines.flatMap((line) => dress.bare(line).split('\n'));
    const sure = sureOf(bare);
    if (sure < Math.max(SURE, certainty)) continue;
    worn.push(dress);
    lines = bare;
    certainty = sure;
  }
  return worn;
}

function sureOf(lines: readonly string[]): number {
  return surest(sampleOf(Buffer.from(`${lines.join('\n')}\n`, 'latin1')), DIALECTS).certainty;
}
