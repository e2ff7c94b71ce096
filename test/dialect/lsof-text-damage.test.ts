import { describe, expect, it } from 'vitest';
import { DAMAGES } from './damage/kinds.ts';
import { linesOf } from './damage/lines.ts';
import { readPaste } from './damage/read.ts';
import { fixtureCaptures, score } from './lsof-text-support.ts';

const captures = fixtureCaptures();

/** Share of rows that must be right; the rest must be reported, not guessed. */
const LEAST: Record<string, number> = {
  // A raw, blank-ridden COMMAND of toybox cannot be told from a USER once its columns are gone.
  'collapsed blanks': 0.94,
  'headerless and collapsed': 0.94,
  // Where blanks were eaten at the break, the header's edges are lost and many breaks can be read in two ways.
  'folded at 80': 0.85,
  'folded at 100': 0.95,
  'folded by a mailer at 80': 0.45,
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
