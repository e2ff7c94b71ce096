import type { Coverage } from '../model/coverage.ts';

function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** What was not seen, as short clauses; empty when everything was. "Could not look" must never read as "clean". */
export function coverageClauses(coverage: Coverage): string[] {
  const { processes, rows, lines } = coverage;
  const clauses: string[] = [];
  if (processes.refused > 0) {
    const counted = processes.counted >= processes.seen - processes.vanished ? ', counted' : '';
    clauses.push(`${plural(processes.refused, 'process', 'processes')} not listed (no permission)${counted}`);
  }
  const uncounted = processes.seen - processes.counted - processes.vanished;
  if (uncounted > 0) clauses.push(`${plural(uncounted, 'process', 'processes')} not counted`);
  if (processes.vanished > 0) clauses.push(`${processes.vanished} ended while they were read`);
  if (rows.unreadable > 0) clauses.push(`${plural(rows.unreadable, 'row')} could not be read by the lister`);
  if (lines.unplacedTotal > 0) {
    const where = lines.unplaced.slice(0, 3).map(({ line }) => line);
    const dots = lines.unplacedTotal > where.length ? ', ...' : '';
    clauses.push(`${plural(lines.unplacedTotal, 'line')} not understood (line ${where.join(', ')}${dots})`);
  }
  if (coverage.approximate) {
    clauses.push(
      `counts of ${coverage.approximate.table} are approximate, off by at most ${coverage.approximate.maxError}`,
    );
  }
  clauses.push(...coverage.hidden);
  return clauses;
}
