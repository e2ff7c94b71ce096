import { Buffer } from 'node:buffer';
import { Anchor } from '../lsof-text/anchor.ts';
import { usualLayout } from '../lsof-text/layout.ts';
import { RowCut } from '../lsof-text/row-cut.ts';

/** Words in front of a row that are looked at. */
const MOST_WORDS = 24;
/** A line of `ls -l` on a descriptor folder. */
const LINK = /(?<=^|\s)l[r-][w-]x------[.+@]? /;

const anchor = new Anchor();
const layout = usualLayout();
const cut = new RowCut();

/** Whether a row of lsof begins right there. */
export function isRowAt(bytes: Uint8Array, at: number): boolean {
  return anchor.cut(bytes, at, bytes.length, layout, false, cut);
}

/** Where the first row in a line begins that reads as one, at the start of a word; -1 if none does. */
export function rowStart(line: string): number {
  const bytes = Buffer.from(line, 'latin1');
  const word = /\S+/g;
  for (let words = 0; words < MOST_WORDS; words++) {
    const match = word.exec(line);
    if (!match) break;
    if (isRowAt(bytes, match.index)) return match.index;
  }
  return LINK.exec(line)?.index ?? -1;
}
