import { describe, expect, it } from 'vitest';
import { DAMAGES } from './damage/kinds.ts';
import { linesOf } from './damage/lines.ts';
import { readPaste } from './damage/read.ts';
import { fixtureCaptures, score } from './lsof-text-support.ts';

const captures = fixtureCaptures();

/** Share of rows that must be right where that is less than 99 of 100; the rest must be reported, not guessed. */
const LEAST: Record<string, number> = {
  // A raw, blank-ridden COMMAND of toybox cannot be told from a USER once its columns are gone.
  'collapsed blanks': 0.94,
  'headerless and collapsed': 0.94,
  'a tab for every run of blanks': 0.94,
  'column -t': 0.94,
  'ideographic spaces': 0.94,
  // COMMAND with a raw TAB in it.
  'tab-separated': 0.98,
  // Sorted rows without header, of which those with all cells, which would show the edges, come late.
  'headerless, counted by uniq -c': 0.97,
  'its head cut off within a row': 0.98,
  // Where blanks were eaten at the break, some breaks can be read in two ways.
  'folded at 80': 0.98,
  'folded at 80, blanks cut': 0.98,
  'folded by a mailer at 65': 0.98,
  'folded by a mailer at 72': 0.98,
  'folded by a mailer at 78': 0.98,
  'folded by a mailer at 80': 0.98,
  'folded by a mailer at 72, quoted': 0.98,
  'format=flowed at 72': 0.98,
};

describe('damaged pastes', () => {
  for (const [name, damage] of Object.entries(DAMAGES)) {
    it(`${name}: rows are right or reported`, async () => {
      let right = 0;
      let all = 0;
      for (const capture of captures) {
        const { text, truth, bytes } = damage(linesOf(capture));
        if (truth.size === 0) continue;
        const { rows, result } = await readPaste(bytes ?? Buffer.from(text));
        const scored = score(
          rows.map(({ line, pid, cells }) => ({ line, listing: 0, pid, ...cells })),
          truth,
        );
        expect(scored.wrong, capture.name).toEqual([]);
        const { lines } = result;
        expect(lines.rows + lines.other + lines.unplacedTotal).toBe(lines.total);
        expect(lines.total).toBe(text.split('\n').length - 1);
        right += scored.right;
        all += truth.size;
      }
      expect(right / all).toBeGreaterThanOrEqual(LEAST[name] ?? 0.99);
    });
  }
});
