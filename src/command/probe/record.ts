import type { UrlRun } from '../../analysis/probe/probe-run.ts';

/** What a probe measured, one URL a line after a header: enough to judge it again. */
export function recordText(runs: readonly UrlRun[]): string {
  const header = { format: 'leaksof-probe', version: '1.0' };
  return [header, ...runs].map((line) => `${JSON.stringify(line)}\n`).join('');
}
