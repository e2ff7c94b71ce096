import type { RowConsumer } from '../../model/consumer.ts';
import type { Dialect, Sample } from '../dialect.ts';
import { recogniseOther } from '../line/other-line.ts';
import { Anchor } from './anchor.ts';
import { undress } from './dress.ts';
import { HeaderReader } from './header-reader.ts';
import { usualLayout } from './layout.ts';
import { decorationLength } from './lead.ts';
import { RowCut } from './row-cut.ts';
import { LsofTextParser } from './text-parser.ts';

/** How sure a header makes us, and how sure rows without one do. */
const HEADED = 0.95;
const HEADERLESS = 0.6;
/** Certainty of rows that are the lesser part of a paste: an input that anything else is known for is that. */
const FEW_ROWS = 0.35;
/** Whether a header is there does not hang on where its lines were broken. */
const NO_WIDTH = { columns: 0, characters: 0, count: 0, unbroken: false };
/** Longer lines are not looked at. */
const LONGEST_LINE = 4096;

/** lsof's aligned text output (lsof(8), OUTPUT) as people paste it. */
export const lsofText: Dialect = {
  name: 'lsof',
  title: 'lsof text output, any columns, with or without its header',
  detect,
  parser: (consumer: RowConsumer) => new LsofTextParser(consumer),
};

function detect(sample: Sample): number {
  const anchor = new Anchor();
  const cut = new RowCut();
  const headers = new HeaderReader();
  const layout = usualLayout();
  let others = 0;
  let rows = 0;
  for (const line of sample.lines) {
    if (line.length > LONGEST_LINE || line.trim() === '') continue;
    const whole = Buffer.from(line, 'latin1');
    const bytes = undress(whole, 0, whole.length)?.bytes ?? whole;
    const header = headers.read({ bytes, start: 0, end: bytes.length }, NO_WIDTH);
    if (header === null) headers.drop();
    else if (header !== 'begun') return HEADED;
    if (anchor.cut(bytes, decorationLength(bytes, 0, bytes.length, []), bytes.length, layout, false, cut)) rows++;
    else if (!recogniseOther(line)) others++;
  }
  if (rows === 0) return 0;
  return rows > others ? HEADERLESS : FEW_ROWS;
}
