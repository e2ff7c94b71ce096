import { emptyCoverage } from '../../model/coverage.ts';
import { rateText } from '../../model/rate.ts';
import type { Report, Verdict } from '../../model/report.ts';
import type { ChurnAbout, ChurnBudget, ChurnData } from './churn-data.ts';
import { churnSections } from './churn-sections.ts';
import { channelSentences, churnCourse } from './course.ts';
import { churnFindings } from './findings.ts';
import type { ChurnFold } from './fold.ts';

/** What became of a manager and its workers while they were followed. */
export function churnReport(fold: ChurnFold, about: ChurnAbout): Report<ChurnData> {
  const data = churnData(fold, about);
  const hidden = [...about.hidden, ...channelSentences(data)];
  return {
    command: 'churn',
    source: about.source,
    data,
    sections: churnSections(data, about),
    findings: churnFindings(data, data.requests),
    coverage: {
      ...emptyCoverage(),
      complete: hidden.length === 0,
      processes: { seen: data.processes.seen, counted: data.processes.seen, listed: 0, refused: 0, vanished: 0 },
      hidden,
    },
    verdict: verdictOf(data.budgets),
  };
}

function churnData(fold: ChurnFold, about: ChurnAbout): ChurnData {
  const { requests, own } = about;
  const { sysv, ...course } = churnCourse(fold, about);
  const lost = course.channel.lost > 0;
  return {
    ...course,
    budgets: fold.budgets.map(
      ({ budget, exceeded, possible }): ChurnBudget => ({
        limit: rateText(budget),
        verdict: exceeded ? 'fail' : possible || lost ? 'inconclusive' : 'pass',
        at: exceeded?.seconds ?? null,
        count: exceeded?.count ?? null,
        span: exceeded?.span ?? null,
      }),
    ),
    requests,
    sysv,
    own,
  };
}

function verdictOf(budgets: readonly ChurnBudget[]): Verdict {
  if (budgets.length === 0) return 'none';
  if (budgets.some(({ verdict }) => verdict === 'fail')) return 'fail';
  return budgets.some(({ verdict }) => verdict === 'inconclusive') ? 'inconclusive' : 'pass';
}
