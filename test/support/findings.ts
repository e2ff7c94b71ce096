import { rankAnalysis } from '../../src/analysis/rank/rank.ts';
import type { ProcessFact } from '../../src/model/process.ts';
import type { Finding } from '../../src/model/report.ts';
import type { SourceResult } from '../../src/model/source.ts';
import { reportOf, TEST_RESULT, type TestRow } from './rows.ts';

/** A live machine as source. */
export const LIVE: Partial<SourceResult> = { info: { ...TEST_RESULT.info, kind: 'live', name: 'host' } };

/** What one rule finds in rows and facts. */
export function findingsOf(
  rule: string,
  rows: readonly TestRow[],
  facts: readonly ProcessFact[] = [],
  result: Partial<SourceResult> = LIVE,
): Finding[] {
  return [...reportOf(rankAnalysis(), rows, facts, result).findings].filter((finding) => finding.rule === rule);
}
