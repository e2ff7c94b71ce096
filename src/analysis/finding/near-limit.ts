import { percentText } from '../../model/percent.ts';
import type { Finding } from '../../model/report.ts';
import { lines, prlimitLine, raisedLimit, showLine } from '../next-command.ts';
import { type ProcessSummary, processName, targetLabel } from '../process/process-summary.ts';
import { isLowered } from '../rank/rank-order.ts';
import { limitOrigin } from './limit-origin.ts';
import { aboutProcess, type FindingContext, type FindingRule } from './rule.ts';

const NAME = 'near-limit';
const WARNING = 0.8;
const CRITICAL = 0.95;

/** Share of the numbers below the limit that are taken: what decides whether open() fails, unlike the count. */
function taken({ softLimit, headroom, utilisation }: ProcessSummary): number | null {
  if (!softLimit || utilisation === null) return null;
  return headroom === null ? utilisation : 1 - headroom / softLimit;
}

export const nearLimit: FindingRule = {
  name: NAME,
  label: null,
  doc: 'A process has taken 80 % (warning) or 95 % (critical) of the descriptor numbers below its soft limit. 80 % is where operators page; at 95 % of the usual 1024 a burst of 50 connections ends in EMFILE.',
  start: () => ({
    find: (context) => context.summaries.flatMap((summary) => judge(summary, context)),
  }),
};

function judge(summary: ProcessSummary, { source }: FindingContext): Finding[] {
  const share = taken(summary);
  const { descriptors, softLimit, hardLimit, utilisation, headroom, fact } = summary;
  if (share === null || share < WARNING || isLowered(summary) || softLimit === null) return [];
  const origin = limitOrigin(fact);
  const raise = raisedLimit(summary);
  const left =
    headroom === null
      ? ''
      : headroom === 0
        ? ' and no number below the limit is free: every open, accept and pipe fails with EMFILE'
        : ` and ${headroom} ${headroom === 1 ? 'number is' : 'numbers are'} free`;
  const holds = summary.topTarget ? `; most are ${summary.topTarget.count} x ${targetLabel(summary.topTarget)}` : '';
  const room =
    raise === null
      ? hardLimit === null
        ? ''
        : '; soft and hard limit are the same, so only a restart with a higher limit helps'
      : `; raising the soft limit to ${raise} (hard limit ${hardLimit === Number.POSITIVE_INFINITY ? 'unlimited' : hardLimit}) buys time, it does not fix a leak`;
  return [
    aboutProcess(NAME, share >= CRITICAL ? 'critical' : 'warning', summary, {
      message: `${processName(summary)} uses ${descriptors} of ${softLimit} descriptors (${percentText(utilisation ?? share)})${left}${holds}. The limit is that of the process (RLIMIT_NOFILE), set by ${origin.text}${room}.`,
      evidence: {
        limit: 'process',
        descriptors,
        softLimit,
        hardLimit,
        utilisation,
        headroom,
        setBy: origin.kind,
        unit: fact.unit ?? null,
        container: fact.container ?? null,
        pod: fact.pod ?? null,
        raiseTo: raise,
      },
      next: lines(prlimitLine(summary), origin.change, showLine(source, summary)),
    }),
  ];
}
