import { counted } from '../finding/rule.ts';
import { amountText, budgetWords } from '../guard/alert-text.ts';
import type { BudgetState } from '../guard/budget-book.ts';
import { spanText } from '../span-text.ts';

/** What came of a budget, in a line. */
export function budgetText(state: BudgetState): string {
  const { value, target, alerts, standing, brokenAt, verdict } = state;
  // Time until a disk is full has no end where it does not fill.
  const found =
    target === null
      ? 'nothing could be compared'
      : value === null
        ? `${target} did not fill`
        : `${target} came to ${amountText(state, value)}`;
  const more = standing > 0 ? `, ${standing} standing` : '';
  const when = brokenAt === null ? '' : `, broken after ${spanText(brokenAt)} (${counted(alerts, 'alert')}${more})`;
  return `budget: ${budgetWords(state)}; ${found}${when}${verdict === 'inconclusive' ? '; could not tell' : ''}`;
}
