import type { ProcessSummary } from '../process/process-summary.ts';

/** What systemd and the kernel give a process that nobody configured (systemd-system.conf(5), DefaultLimitNOFILE=1024:...). */
const USUAL_SOFT_LIMIT = 1024;
/**
 * Programs that sandbox themselves set the limit to 0 or 1 after they opened what they need (sshd's pre-auth child,
 * dhcpcd): 700 % of such a limit is no alarm and must not lead the ranking.
 */
const SANDBOX_LIMIT = 16;
/** Where a process stands whose limit was lowered afterwards: with the warnings, behind those that run into their limit now. */
const LOWERED = 0.8;

/** True if the limit was lowered below what the process had opened already. */
export function isLowered({ descriptors, softLimit }: Pick<ProcessSummary, 'descriptors' | 'softLimit'>): boolean {
  return descriptors !== null && softLimit !== null && descriptors > softLimit;
}

export function isSandboxed(summary: Pick<ProcessSummary, 'descriptors' | 'softLimit'>): boolean {
  return isLowered(summary) && (summary.softLimit ?? 0) <= SANDBOX_LIMIT;
}

/** Share of the limit; where that says nothing, of the usual limit, so that known and unknown limits have one order. */
function weight(summary: ProcessSummary): number {
  if (summary.descriptors === null) return -1;
  if (summary.utilisation === null || isSandboxed(summary)) return summary.descriptors / USUAL_SOFT_LIMIT;
  return isLowered(summary) ? LOWERED : summary.utilisation;
}

/** Nearest to its limit first; ties by descriptors, then pid, then name. A total order: the same input always ranks the same. */
export function byUtilisation(a: ProcessSummary, b: ProcessSummary): number {
  return weight(b) - weight(a) || byDescriptors(a, b);
}

function byDescriptors(a: ProcessSummary, b: ProcessSummary): number {
  return (
    (b.descriptors ?? -1) - (a.descriptors ?? -1) ||
    (a.pid ?? Number.MAX_SAFE_INTEGER) - (b.pid ?? Number.MAX_SAFE_INTEGER) ||
    byText(a.command ?? '', b.command ?? '')
  );
}

/** By code unit, not by locale: the order must not depend on the machine. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
