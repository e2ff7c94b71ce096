import type { Check, Finding, Report } from '../model/report.ts';

const VERDICTS = {
  pass: 'pass',
  clean: 'pass',
  fail: 'fail',
  leak: 'fail',
  inconclusive: 'inconclusive',
  none: 'pass',
} as const;

/** What a report judged one by one; of a report that judged nothing by itself, its verdict as one check. */
export function checksOf(report: Report): readonly Check[] {
  if (report.checks) return report.checks;
  const { command, findings, verdict } = report;
  return [
    {
      name: command,
      kind: 'budget',
      verdict: VERDICTS[verdict],
      message: `${verdict === 'none' ? 'answered' : `verdict: ${verdict}`}${findings[0] ? `; ${findings[0].message}` : ''}`,
      details: findings.map(({ severity, message }) => `${severity}: ${message}`),
      seconds: null,
    },
  ];
}

/** The findings that are worth an alarm by themselves. */
export function grave(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter(({ severity }) => severity !== 'info');
}
