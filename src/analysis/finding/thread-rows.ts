import { processName } from '../process/process-summary.ts';
import { aboutAll, counted, type FindingContext, type FindingRule } from './rule.ts';

const NAME = 'thread-rows';

export const threadRows: FindingRule = {
  name: NAME,
  label: null,
  doc: 'The listing repeats every open file of a process for each of its threads (lsof without a selection does, since 4.84). The process was counted once; `lsof | grep PID | wc -l` is too high by that factor.',
  start: () => ({ find }),
};

function find({ summaries }: FindingContext) {
  let repeats = 0;
  let rows = 0;
  let processes = 0;
  let threads = 0;
  let most = summaries[0];
  for (const summary of summaries) {
    const { entry } = summary;
    rows += entry.openFiles + entry.taskRows;
    if (entry.taskRows === 0) continue;
    repeats += entry.taskRows;
    processes++;
    if (entry.tasks.size <= threads) continue;
    threads = entry.tasks.size;
    most = summary;
  }
  if (repeats === 0 || !most) return [];
  return [
    aboutAll(NAME, 'info', {
      message: `${repeats} of ${rows} rows repeat ${counted(processes, 'process', 'processes')} for their threads (${processName(most)} for ${counted(threads, 'thread')}): each process is counted once, so the figures are lower than those of "lsof | wc -l".`,
      evidence: { rows, repeats, processes, mostThreads: threads, mostThreadsPid: most.pid },
      next: ['lsof -nP -K i'],
    }),
  ];
}
