import type { DescriptorClass } from '../../model/descriptor-class.ts';
import { percentText } from '../../model/percent.ts';
import type { Finding, Severity } from '../../model/report.ts';
import { leaksofLine, lines, showLine } from '../next-command.ts';
import { type ProcessSummary, processName, targetLabel } from '../process/process-summary.ts';
import type { HeldTarget } from '../target/target-table.ts';
import { aboutProcess, type FindingContext, type FindingRule } from './rule.ts';

const NAME = 'many-opens';
const ONE_PATH_INFO = 16;
const ONE_PATH_WARNING = 64;
/** Targets of a process that are judged: a leak need not be what it holds most. */
const LOOKED_AT = 5;
const PATTERN = 256;
const CONNECTIONS = 256;
/** A pattern is a leak only if it is what fills the limit: databases and proxies hold many files and connections by trade. */
const FILLS = 0.5;

const FILES: readonly DescriptorClass[] = ['regular', 'directory', 'char', 'block', 'memfd'];
/** What lsof before 4.87 and the links of /proc call a descriptor without a file, of a kind that has no class of its own. */
const ANONYMOUS = /^anon_inode\b/;
const CONNECTED: readonly DescriptorClass[] = ['inet', 'unix', 'netlink'];

export const manyOpens: FindingRule = {
  name: NAME,
  label: ({ evidence }) => (evidence.onePath ? 'one path, one process' : 'one pattern, one process'),
  doc: 'One process has one path open 16 times (information) or 64 times (warning): programs share a file by one descriptor, so the same path again and again is a missing close. Many names of one pattern, many connections to one place, or many descriptors of one kind that has no file (`sync_file`, `dmabuf`) are reported from 256 up where they are at least half of what the process holds, as a warning only if they fill half of its limit: databases and proxies do that by trade.',
  start: () => ({ find: (context) => context.summaries.flatMap((summary) => judge(summary, context)) }),
};

function judge(summary: ProcessSummary, context: FindingContext): Finding[] {
  if ((summary.listed ?? 0) < ONE_PATH_INFO) return [];
  return context.targets(summary, LOOKED_AT).flatMap((target) => judgeOne(target, summary, context));
}

function judgeOne(topTarget: HeldTarget, summary: ProcessSummary, { source }: FindingContext): Finding[] {
  const { listed } = summary;
  if (!listed) return [];
  const share = topTarget.count / listed;
  const said = judgeTarget(topTarget, share, summary);
  if (said === null) return [];
  const { pattern, name, class: kind, type, count } = topTarget;
  return [
    aboutProcess(NAME, said.severity, summary, {
      message: `${processName(summary)} has ${said.text}; that is ${percentText(share)} of its ${listed} listed descriptors.`,
      evidence: { pattern, name, class: kind, type, count, share, onePath: isOnePath(topTarget) },
      target: pattern,
      next: lines(
        summary.pid === null ? null : leaksofLine(source, 'names', '--exact', '--pid', String(summary.pid)),
        showLine(source, summary),
      ),
    }),
  ];
}

function judgeTarget(
  top: HeldTarget,
  share: number,
  { utilisation }: ProcessSummary,
): { severity: Severity; text: string } | null {
  const { name, class: kind, count } = top;
  const label = targetLabel(top);
  const such = name === null || name === label ? '' : `, such as ${name}`;
  const fills = utilisation !== null && utilisation * share >= FILLS;
  if (isOnePath(top)) {
    if (count < ONE_PATH_INFO || (count < ONE_PATH_WARNING && share < 0.25)) return null;
    const severity = count >= ONE_PATH_WARNING ? 'warning' : 'info';
    return { severity, text: `${name} open ${count} times: one path, opened again without a close` };
  }
  if (share < FILLS) return null;
  const severity = fills ? 'warning' : 'info';
  if (FILES.includes(kind)) {
    return count < PATTERN ? null : { severity, text: `${count} files of the pattern ${label} open${such}` };
  }
  if (count < CONNECTIONS) return null;
  if (CONNECTED.includes(kind)) return { severity, text: `${count} sockets of the pattern ${label}${such}` };
  // A link of /proc does not say what its socket is.
  if (kind === 'other' && label === 'socket') return { severity, text: `${count} sockets` };
  if (kind !== 'other' || !(top.type === 'a_inode' || ANONYMOUS.test(name ?? ''))) return null;
  return { severity, text: `${count} descriptors of ${label}, made again and again and never closed` };
}

/** The same path in every row: opened each time anew. */
function isOnePath({ name, class: kind, single }: HeldTarget): boolean {
  return single && name !== null && FILES.includes(kind);
}
