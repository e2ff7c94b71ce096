import { processName } from '../process/process-summary.ts';
import { aboutProcess, type FindingContext, type FindingRule } from './rule.ts';

const NAME = 'label-collision';

export const labelCollision: FindingRule = {
  name: NAME,
  label: null,
  doc: 'A descriptor of five digits is printed by lsof as `*` and its last three (before 4.99.7 in -F too), so labels repeat exactly where there is a leak. Rows were counted, not labels.',
  start: () => ({ find }),
};

function find({ summaries }: FindingContext) {
  return summaries.flatMap((summary) => {
    const { numbers, numbered } = summary.entry;
    if (numbers.starred === 0 || numbers.labels >= numbered) return [];
    return [
      aboutProcess(NAME, 'info', summary, {
        message: `The FD labels of ${processName(summary)} repeat: ${numbered} rows carry only ${numbers.labels} labels, since lsof prints descriptors from 10000 up as "*" and three digits. Its rows were counted.`,
        evidence: { rows: numbered, labels: numbers.labels, starred: numbers.starred },
        next: [],
      }),
    ];
  });
}
