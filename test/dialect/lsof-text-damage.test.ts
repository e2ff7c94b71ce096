import { describe, expect, it } from 'vitest';
import { DAMAGES, linesOf } from './lsof-text-damage.ts';
import { fixtureCaptures, parseText, score } from './lsof-text-support.ts';

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
    it(`${name}: rows are right or reported`, () => {
      let right = 0;
      let all = 0;
      for (const capture of captures) {
        const { text, truth } = damage(linesOf(capture));
        const parsed = parseText(text);
        const result = score(parsed, truth);
        expect(result.wrong, capture.name).toEqual([]);
        expect(parsed.lines.rows + parsed.lines.other + parsed.lines.unplacedTotal).toBe(parsed.lines.total);
        expect(parsed.lines.total).toBe(text.split('\n').length - 1);
        right += result.right;
        all += truth.size;
      }
      expect(right / all).toBeGreaterThanOrEqual(LEAST[name] ?? 0.99);
    });
  }
});
