import { percentText } from '../../model/percent.ts';
import { lines, showLine } from '../next-command.ts';
import { processName } from '../process/process-summary.ts';
import { aboutProcess, type FindingContext, type FindingRule } from './rule.ts';

const NAME = 'reserved';
const INFO = 8;
const WARNING_SHARE = 0.25;

export const reserved: FindingRule = {
  name: NAME,
  label: 'numbers reserved, not listed',
  doc: 'The kernel counts more descriptors than its listing shows: accept() and the open() of a FIFO take a number before they block, and no listing shows it. A server with a few blocked threads is normal; from 8 it explains a difference that people stumble over, from a quarter of the soft limit it is what brings EMFILE near. (A process that opens files while it is read can show some too.)',
  start: () => ({ find }),
};

function find({ summaries, source }: FindingContext) {
  return summaries.flatMap((summary) => {
    const { reserved: count, descriptors, listed, softLimit } = summary;
    if (count === null || count < INFO) return [];
    const share = softLimit ? count / softLimit : 0;
    const part = softLimit ? ` (${percentText(share)} of its limit of ${softLimit})` : '';
    return [
      aboutProcess(NAME, share >= WARNING_SHARE ? 'warning' : 'info', summary, {
        message: `${processName(summary)} uses ${descriptors} descriptor numbers but only ${listed} can be listed: ${count} are reserved${part} by threads that wait in accept() or in the open() of a FIFO.`,
        evidence: { reserved: count, descriptors, listed, softLimit },
        next: lines(
          source.kind === 'live' && summary.pid !== null ? `grep -h . /proc/${summary.pid}/task/*/wchan` : null,
          showLine(source, summary),
        ),
      }),
    ];
  });
}
