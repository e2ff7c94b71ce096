import type { RowConsumer } from '../../model/consumer.ts';
import type { Dialect, Sample } from '../dialect.ts';
import { Anchor } from './anchor.ts';
import { parseHeader } from './header.ts';
import { usualLayout } from './layout.ts';
import { RowCut } from './row-cut.ts';
import { LsofTextParser } from './text-parser.ts';

/** How sure a header makes us, and how sure rows without one do. */
const HEADED = 0.95;
const HEADERLESS = 0.6;

/** lsof's aligned text output (lsof(8), OUTPUT) as people paste it. */
export const lsofText: Dialect = {
  name: 'lsof',
  title: 'lsof text output, any columns, with or without its header',
  detect,
  parser: (consumer: RowConsumer) => new LsofTextParser(consumer),
};

function detect(sample: Sample): number {
  if (sample.lines.some((line) => line.length < 4096 && parseHeader(line) !== null)) return HEADED;
  const anchor = new Anchor();
  const cut = new RowCut();
  const layout = usualLayout();
  let lines = 0;
  let rows = 0;
  for (const line of sample.lines.slice(0, 400)) {
    if (line.trim() === '' || line.length > 65_536) continue;
    lines++;
    const bytes = Uint8Array.from(line, (character) => character.charCodeAt(0));
    if (anchor.cut(bytes, 0, bytes.length, layout, false, cut)) rows++;
  }
  if (rows === 0) return 0;
  return rows * 2 > lines ? HEADERLESS : rows >= 3 && rows * 4 > lines ? HEADERLESS / 2 : 0;
}
