import { isZombie } from '../process/process-summary.ts';
import { aboutAll, counted, type FindingContext, type FindingRule } from './rule.ts';

const NAME = 'zombie';
const NAMED = 20;

export const zombie: FindingRule = {
  name: NAME,
  label: null,
  doc: 'Processes that have ended and that their parent has not reaped: they hold no descriptors and have no table, which is not the same as "0 descriptors". The next line asks for the parents.',
  start: () => ({ find }),
};

function find({ summaries, source }: FindingContext) {
  const pids = summaries
    .flatMap(({ fact, pid }) => (isZombie(fact) && pid !== null ? [pid] : []))
    .sort((a, b) => a - b);
  if (pids.length === 0) return [];
  const some = pids.slice(0, NAMED);
  const more = pids.length > NAMED ? ', ...' : '';
  return [
    aboutAll(NAME, 'info', {
      message: `${counted(pids.length, 'zombie holds', 'zombies hold')} no descriptors (ended, not reaped by the parent): ${some.join(', ')}${more}.`,
      evidence: { zombies: pids.length, pids: some },
      next: source.kind === 'live' ? [`ps -o pid,ppid,stat,comm -p ${some.join(',')}`] : [],
    }),
  ];
}
