import type { Finding } from '../../model/report.ts';
import { lines, showLine } from '../next-command.ts';
import { type ProcessSummary, processName } from '../process/process-summary.ts';
import { isLowered, isSandboxed } from '../rank/rank-order.ts';
import { aboutProcess, type FindingContext, type FindingRule } from './rule.ts';

const NAME = 'limit-lowered';

export const limitLowered: FindingRule = {
  name: NAME,
  label: 'limit lowered after opening',
  doc: 'A process holds more descriptors than its soft limit, which is legal: the limit was lowered after they were opened. A sandbox does it on purpose (a limit of 16 or less: sshd before login, dhcpcd) and is information; any other process without a free number is a warning, because its next open fails.',
  start: () => ({
    find: (context) => context.summaries.flatMap((summary) => judge(summary, context)),
  }),
};

function judge(summary: ProcessSummary, { source }: FindingContext): Finding[] {
  if (!isLowered(summary)) return [];
  const { descriptors, softLimit, hardLimit, headroom } = summary;
  const sandboxed = isSandboxed(summary);
  const stuck = !sandboxed && headroom === 0;
  const why = sandboxed
    ? 'a sandbox that must open nothing more'
    : stuck
      ? 'no number below the limit is free, so its next open, accept or pipe fails with EMFILE'
      : 'the numbers above the limit stay usable';
  return [
    aboutProcess(NAME, stuck ? 'warning' : 'info', summary, {
      message: `${processName(summary)} holds ${descriptors} descriptors with a soft limit of ${softLimit}: the limit was lowered after they were opened (${why}).`,
      evidence: { limit: 'process', descriptors, softLimit, hardLimit, headroom, sandboxed },
      next: lines(showLine(source, summary)),
    }),
  ];
}
