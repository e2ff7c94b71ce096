import { fstatSync } from 'node:fs';
import type { Severity } from '../../model/report.ts';

const STDERR = 2;

/** sd-daemon(3): SD_CRIT, SD_WARNING, SD_INFO. */
const PRIORITIES: Readonly<Record<Severity, number>> = { critical: 2, warning: 4, info: 6 };

/**
 * What has to stand before a line on stderr so that the journal keeps its priority: `<2>`. Empty where nobody would understand
 * it: systemd says in JOURNAL_STREAM which stream is the journal's, by device and inode (systemd.exec(5)), and whoever
 * redirects stderr inherits the variable.
 */
export function journalPrefix(journalStream: string | undefined): (severity: Severity) => string {
  return journalStream !== undefined && journalStream === streamOf(STDERR)
    ? (severity) => `<${PRIORITIES[severity]}>`
    : () => '';
}

function streamOf(descriptor: number): string | null {
  try {
    const { dev, ino } = fstatSync(descriptor, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return null;
  }
}
