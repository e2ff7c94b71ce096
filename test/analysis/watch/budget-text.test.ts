import { expect, it } from 'vitest';
import type { BudgetState } from '../../../src/analysis/guard/budget-book.ts';
import { budgetText } from '../../../src/analysis/watch/budget-text.ts';

const state = (more: Partial<BudgetState>): BudgetState => ({
  kind: 'disk-time',
  limit: 3600,
  per: null,
  folder: '/var',
  option: 'min-disk',
  value: null,
  target: null,
  pid: null,
  alerts: 0,
  standing: 0,
  brokenAt: null,
  verdict: 'pass',
  ...more,
});

it('tells a disk that does not fill from one that nobody could look at', () => {
  expect(budgetText(state({ target: '/var' }))).toMatch(/; \/var did not fill$/);
  expect(budgetText(state({ verdict: 'inconclusive' }))).toMatch(/; nothing could be compared; could not tell$/);
  expect(
    budgetText(state({ target: '/var', value: 60, alerts: 2, standing: 1, brokenAt: 5, verdict: 'fail' })),
  ).toMatch(/; \/var came to .*, broken after 5 s \(2 alerts, 1 standing\)$/);
});
