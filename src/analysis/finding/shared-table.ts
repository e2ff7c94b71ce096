import { processName } from '../process/process-summary.ts';
import { aboutProcess, type FindingContext, type FindingRule } from './rule.ts';

const NAME = 'shared-table';

export const sharedTable: FindingRule = {
  name: NAME,
  label: null,
  doc: 'Two processes share one descriptor table (clone with CLONE_FILES): what one opens the other has. They are counted once, under one of them.',
  start: () => ({ find }),
};

function find({ shared, summaries }: FindingContext) {
  return shared.flatMap((summary) => {
    const owner = summaries.find(({ pid }) => pid === summary.fact.sharesTableWith);
    if (!owner) return [];
    return [
      aboutProcess(NAME, 'info', summary, {
        message: `${processName(summary)} shares its descriptor table with ${processName(owner)} (CLONE_FILES): the two are counted once, under pid ${owner.pid}.`,
        evidence: { sharesTableWith: owner.pid, descriptors: owner.descriptors },
        next: [],
      }),
    ];
  });
}
