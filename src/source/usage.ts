import pidusage from 'pidusage';
import type { ProcessFact } from '../model/process.ts';

/**
 * CPU (percent of one core since the process started) and resident memory (bytes), for systems where lsof is asked and
 * not /proc: there ps(1) tells. A process that has ended meanwhile gives no fact.
 */
export async function usageFacts(pids: readonly number[]): Promise<ProcessFact[]> {
  const facts: ProcessFact[] = [];
  for (const pid of pids) {
    const usage = await pidusage(pid).catch(gone);
    if (usage) facts.push({ pid, rss: usage.memory, cpu: Math.round(usage.cpu * 10) / 10 });
  }
  pidusage.clear();
  return facts;
}

/** What pidusage says of a process that is not there. */
function gone(error: unknown): null {
  if (error instanceof Error && /No matching pid found|ENOENT|ESRCH/.test(error.message)) return null;
  throw error;
}
